#!/usr/bin/env bash
# `make status`: each container's state and memory, and how old the last span, log line and scrape of each service are.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh

if ! docker info >/dev/null 2>&1; then
  echo 'No Docker engine answers, so no lab runs. `make up` starts both.' >&2
  exit 1
fi
ids=$(compose ps --quiet)
if [ -z "$ids" ]; then
  echo 'The lab is not running. `make up` starts it.' >&2
  exit 1
fi
# shellcheck disable=SC2086
memory=$(docker stats --no-stream --format '{{.ID}} {{.MemUsage}}' $ids)
printf '%-18s %-10s %-10s %s\n' SERVICE STATE HEALTH MEMORY
compose ps --all --format '{{.Service}} {{.State}} {{.Health}} {{.ID}}' | sort | while read -r service state health id; do
  if [ -z "$id" ]; then id=$health health=-; fi
  used=$(awk -v id="${id:0:12}" 'index($1, id) == 1 { print $2, $3, $4 }' <<<"$memory")
  printf '%-18s %-10s %-10s %s\n' "$service" "$state" "$health" "$used"
done

# In a container of its own: Loki is reached from the lab's network alone, and no service has memory to spare for a guest.
image=$(compose config --images gateway | grep '^techmart/services:' | head -n 1)
read -ra services < <(sed -n 's/^services: \[\(.*\)\]$/\1/p' prometheus/slo/services.yml | tr -d ,)
echo
docker run --rm --interactive --network "${COMPOSE_PROJECT_NAME}_default" --log-driver none "$image" \
  node --input-type=module-typescript - "${services[@]}" <scripts/status/ages.ts
