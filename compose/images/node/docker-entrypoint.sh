#!/bin/sh
set -e
# Options, scripts and anything else that is no command go to node, as in the official image.
if [ "${1#-}" != "$1" ] || ! command -v "$1" >/dev/null 2>&1 || { [ -f "$1" ] && [ ! -x "$1" ]; }; then
  exec node "$@"
fi
exec "$@"
