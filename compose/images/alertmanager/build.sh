#!/bin/sh
# Runs in the Go builder; leaves the binaries in /out.
set -eu
go build -ldflags "-s -w -X github.com/prometheus/common/version.Version=0.31.1" -o /out/ \
  github.com/prometheus/alertmanager/cmd/alertmanager github.com/prometheus/alertmanager/cmd/amtool
