#!/usr/bin/env bash
# `make deploy SERVICE=api`: builds our image from the sources as they are (or takes IMAGE=…) and replaces the replicas of one service
# one at a time. WATCH_SECONDS=20 is how long each new one is looked at before an old one goes.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh

scripts/with-node.sh node scripts/deploy/main.ts --check
if [ -n "${IMAGE:-}" ]; then
  docker tag "$IMAGE" "$(image_of gateway techmart/services)"
else
  build_services_image
fi
scripts/with-node.sh node scripts/deploy/main.ts
