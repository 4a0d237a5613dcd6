#!/usr/bin/env bash
# `make smoke`: every route of the running lab, called once.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
exec scripts/with-node.sh node scripts/smoke/main.ts
