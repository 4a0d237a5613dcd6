#!/usr/bin/env bash
# `make up`: from whatever this machine has to a healthy lab. Needs make and, unless it can install it, Docker; nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/settings.sh
. scripts/lib/settings.sh
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh

scripts/engine.sh
refuse_taken_ports
scripts/images.sh
build_services_image
choose_services

started=$SECONDS
compose up --detach --no-build --remove-orphans --quiet-pull "${lab_services[@]}"
wait_until_healthy "${HEALTHY_WITHIN_SECONDS:-180}"
echo "Healthy after $((SECONDS - started)) s."
# Only what a first start says, or one whose sample data failed.
compose logs --since "$((SECONDS - started + 2))s" --no-log-prefix history-writer history-loader 2>/dev/null | grep -oE '(Sample data: |No sample data |The sample data ).*' || true

if [ "${LAB_QUIET:-}" != 1 ]; then
  cat <<TEXT

  Store          http://localhost:$STORE_PORT
$(has_service grafana && echo "  Grafana        http://localhost:$GRAFANA_PORT" || echo "  Grafana        not here: its image cannot be had on this machine")
  Prometheus     http://localhost:$PROMETHEUS_PORT
  Alertmanager   http://localhost:$ALERTMANAGER_PORT
  OTLP/HTTP      http://localhost:$OTLP_PORT

  Next: make chaos (breaks payments and tells what happens), make status, make down.
TEXT
fi
