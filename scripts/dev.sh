#!/usr/bin/env bash
# `make dev SERVICE=api`: the lab's own api, from the sources of this folder as you edit them, with an inspector on INSPECT_PORT. Ctrl-C
# puts the service back as it was. docs/decisions/dev-in-the-container.md says why it stays in its container.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
exec scripts/with-node.sh node scripts/dev/main.ts
