#!/usr/bin/env bash
# The ring of the running stack: a lab of its own beside any other, with its own project name, ports and data, at the quick SLO
# speed; the tests against it; and its end, whatever happened. KEEP_STACK=1 leaves it running to look at.
set -euo pipefail
cd "$(dirname "$0")/.."

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    case " ${used_ports:-} " in *" $port "*) continue ;; esac
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  used_ports+=" $port"
  chosen_port=$port
}

used_ports=
for name in STORE GRAFANA PROMETHEUS ALERTMANAGER OTLP CONTAINER_LOG TEST_INVENTORY TEST_LAB TEST_LOKI TEST_TRACES TEST_POSTGRES TEST_KAFKA; do
  free_port
  export "${name}_PORT=$chosen_port"
done
# Slow machines are tested too.
export HEALTHY_WITHIN_SECONDS="${HEALTHY_WITHIN_SECONDS:-300}"
export COMPOSE_PROJECT_NAME=techmart-test LAB_COMPOSE_FILES=compose/test.yml LAB_QUIET=1 SLO_SPEED="${SLO_SPEED:-lab}"
# Most tests look at what they did themselves: an empty store is what they begin with.
export HISTORY="${HISTORY:-off}"

scripts/engine.sh
end_stack() {
  local status=$?
  if [ "${KEEP_STACK:-}" = 1 ]; then
    echo "The test stack is left running: store on $STORE_PORT, Prometheus on $PROMETHEUS_PORT."
  else
    if [ "$status" -ne 0 ]; then
      mkdir -p .lab
      docker compose -p "$COMPOSE_PROJECT_NAME" logs --no-color >.lab/test-stack.log 2>&1 || true
      echo "The containers' output is in .lab/test-stack.log."
    fi
    scripts/down.sh --volumes >/dev/null 2>&1 || true
  fi
  exit "$status"
}
trap end_stack EXIT
trap 'exit 130' INT TERM

# One that an interrupted run left behind.
scripts/down.sh --volumes >/dev/null 2>&1 || true
scripts/up.sh
# Tests start the collector again with other settings: it goes on speaking to the trace store that this machine has.
# shellcheck source=scripts/lib/compose.sh
. scripts/lib/compose.sh
choose_services

export STORE_URL="http://127.0.0.1:$STORE_PORT" PROMETHEUS_URL="http://127.0.0.1:$PROMETHEUS_PORT" \
  ALERTMANAGER_URL="http://127.0.0.1:$ALERTMANAGER_PORT" OTLP_URL="http://127.0.0.1:$OTLP_PORT" \
  INVENTORY_TEST_URL="http://127.0.0.1:$TEST_INVENTORY_PORT" \
  LAB_TEST_URL="http://127.0.0.1:$TEST_LAB_PORT" LOKI_TEST_URL="http://127.0.0.1:$TEST_LOKI_PORT" \
  TRACES_TEST_URL="http://127.0.0.1:$TEST_TRACES_PORT" \
  POSTGRES_TEST_URL="postgres://techmart:${POSTGRES_PASSWORD:-techmart-lab}@127.0.0.1:$TEST_POSTGRES_PORT/techmart" \
  KAFKA_TEST_BROKERS="127.0.0.1:$TEST_KAFKA_PORT"

# Only tests with a browser get one.
with_browser=()
case ${STACK_TESTS:-m-web} in *m-web* | *'*'*) with_browser=(scripts/with-browser.sh) ;; esac

# One file after another: some of them break the stack on purpose.
${with_browser[@]+"${with_browser[@]}"} scripts/with-node.sh node --test --test-concurrency=1 --test-timeout="${TEST_TIMEOUT_MS:-600000}" \
  --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=./scripts/test/count-reporter.ts --test-reporter-destination="${RESULTS_FILE:-.lab/stack.counts}" \
  ${STACK_TESTS:-'services/*/test/integration/*.test.ts' 'scripts/test/stack/*.test.ts'}
