#!/usr/bin/env bash
# `make rebuild SERVICE=api`: builds our image from the sources as they are and replaces one service, or all of ours.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh
build_services_image
choose_services
if [ $# -eq 0 ]; then set -- "${lab_services[@]}"; fi
compose up --detach --no-build --no-deps "$@"
wait_until_healthy 120
