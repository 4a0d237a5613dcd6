#!/usr/bin/env bash
# `make logs [SERVICE=api]`: follows what containers print.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh
compose logs --follow --tail 50 "$@"
