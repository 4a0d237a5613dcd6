#!/bin/sh
# Runs in the Go builder; leaves the binary in /out.
set -eu
# The builder writes the program from builder.yaml; go.mod and go.sum beside it are the ones committed here,
# so that every machine compiles the same modules. (Left to itself it also downloads modules for Windows,
# of which not every proxy has all.)
version=$(sed -n 's/^ *version: //p' builder.yaml)
go run -mod=mod "go.opentelemetry.io/collector/cmd/builder@v$version" \
  --config builder.yaml --skip-compilation --skip-get-modules
cp go.mod go.sum _build/
cd _build
go build -tags grpcnotrace -ldflags "-s -w" -o /out/otelcol-contrib .
