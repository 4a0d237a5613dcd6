#!/bin/sh
# Runs in the Go builder; leaves the binary in /out.
set -eu
go build -ldflags "-s -w -X github.com/grafana/loki/v3/pkg/util/build.Version=3.7.6" -o /out/ \
  github.com/grafana/loki/v3/cmd/loki
