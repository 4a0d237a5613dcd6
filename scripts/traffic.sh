#!/usr/bin/env bash
# `make traffic RPS=20` or `make traffic USERS=5 DURATION=60`: a running k6 cannot change its rate, so the one container is
# made anew. With USERS it ends after DURATION seconds; `make traffic` brings the usual shoppers back.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh

for name in USERS DURATION; do
  if [ -n "${!name:-}" ] && [[ ! ${!name} =~ ^[1-9][0-9]{0,4}$ ]]; then
    echo "$name is '${!name}'; allowed: a whole number from 1 to 99999" >&2
    exit 1
  fi
done
if [ -n "${USERS:-}" ]; then export TRAFFIC_RESTART=no; fi
compose up --detach --no-deps --no-build k6
if [ -n "${USERS:-}" ]; then
  echo "Traffic: $USERS users for ${DURATION:-60} s."
else
  echo "Traffic: $RPS requests a second."
fi
