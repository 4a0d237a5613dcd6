#!/usr/bin/env bash
# `make down` stops the lab and keeps its data; `make clean` (--volumes) removes the data too.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh

if ! docker info >/dev/null 2>&1; then
  echo 'No Docker engine answers, so no lab runs.'
  exit 0
fi
compose down --remove-orphans --timeout 20 "$@"
