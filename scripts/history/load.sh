#!/bin/sh
# Makes blocks of Prometheus' store from the slices of the history, before Prometheus starts for the first time. It runs in
# Prometheus' own image, with what is in there: busybox and promtool.
#
# Blocks are made in a hidden folder of the store and moved when all of them are there: a run that is cut off leaves nothing that
# Prometheus would take for data, and the next run goes on or begins again. Whatever goes wrong, the lab starts.
set -u
store=${STORE_FOLDER:-/prometheus}
slices=${SLICE_FOLDER:-/history}
under_way=$store/.history

has_data() {
  for entry in "$store"/*; do [ -e "$entry" ] && return 0; done
  return 1
}

make_blocks() {
  rm -rf "$under_way" && mkdir -p "$under_way/blocks" "$under_way/heads" || return 1
  for slice in "$slices"/*.om; do
    TMPDIR=$under_way/heads promtool tsdb create-blocks-from --max-block-duration=54h openmetrics --quiet "$slice" "$under_way/blocks" || return 1
    rm -f "$slice"
  done
  touch "$under_way/all-made"
}

move_blocks() {
  for block in "$under_way"/blocks/*; do
    [ -e "$block" ] || continue
    mv "$block" "$store/" || return 1
  done
}

PATH=$PATH:/bin
if [ ! -e "$under_way/all-made" ]; then
  if [ "${HISTORY:-on}" = off ] || has_data || [ ! -e "$slices/whole" ]; then
    rm -rf "$under_way" "$slices"/*
    echo 'Nothing to seed: there is data already, HISTORY=off, or no history was written.'
    exit 0
  fi
fi
started=$(date +%s)
summary=$(cat "$slices/whole" 2>/dev/null)
if { [ -e "$under_way/all-made" ] || make_blocks; } && move_blocks; then
  size=$(du -sm "$store" | cut -f 1)
  echo "Sample data: $summary, $size MB, loaded in $(($(date +%s) - started)) s."
else
  echo 'The sample data could not be loaded; the lab starts without it.' >&2
fi
rm -rf "$under_way" "$slices"/*
exit 0
