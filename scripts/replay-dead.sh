#!/usr/bin/env bash
# `make replay-dead TOPIC=orders.placed.v1`: lists the dead letters of a topic and writes them into a file to edit. With FILE=… that
# file's letters are put back; with FIX='{"totalCents": 1300}' (and OFFSET=3 for one of them) they are, with those fields changed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh

if ! docker network inspect "${COMPOSE_PROJECT_NAME}_default" >/dev/null 2>&1; then
  echo 'The lab is not running. `make up` starts it.' >&2
  exit 2
fi
if [ -n "${FIX:-}" ] && [ -n "${FILE:-}" ]; then
  echo 'Either FIX or FILE, not both.' >&2
  exit 2
fi

# Beside the broker, which no port leads to from here. No log driver: what is listed may name customers. The name keeps a second
# one from starting.
replay() {
  docker run --rm --interactive --init --name "$COMPOSE_PROJECT_NAME-replay-dead" \
    --network "${COMPOSE_PROJECT_NAME}_default" --log-driver none --read-only --memory 192m \
    --volume "$PWD/scripts/replay-dead:/app/scripts/replay-dead:ro" \
    --env KAFKA_BROKERS=kafka:9092 --env TOPIC="${TOPIC:-}" --env FIX="${FIX:-}" --env OFFSET="${OFFSET:-}" "$@" \
    "$(image_of gateway techmart/services)" node scripts/replay-dead/main.ts
}

if [ -n "${FILE:-}" ]; then
  replay --env FROM_STDIN=1 <"$FILE"
elif [ -n "${FIX:-}" ] || [ -z "${TOPIC:-}" ]; then
  replay </dev/null
else
  mkdir -p .lab
  list=.lab/dead-$TOPIC.json
  replay </dev/null >"$list.new"
  mv "$list.new" "$list"
  [ "$(tr -d '[:space:]' <"$list")" = '[]' ] && exit 0
  cat >&2 <<TEXT

To put back: correct them in $list, take out those that shall wait, and
  make replay-dead TOPIC=$TOPIC FILE=$list
or, with the same few fields changed in all of them (or in one, OFFSET=…; '{}' changes nothing),
  make replay-dead TOPIC=$TOPIC FIX='{"field": "value"}'
TEXT
fi
