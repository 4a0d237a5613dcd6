#!/bin/sh
# Runs in the Go builder; leaves the binary in /out.
set -eu
go build -ldflags "-s -w" -o /out/ go.k6.io/k6
