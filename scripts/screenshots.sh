#!/usr/bin/env bash
# `make screenshots`: a picture of each page of the running store, into docs/screenshots.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
exec scripts/with-browser.sh scripts/with-node.sh node scripts/browser/screenshots.ts
