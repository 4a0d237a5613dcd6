#!/usr/bin/env bash
# Runs a command with the project's own Node and packages: with-node.sh node scripts/slo/main.ts
# A host with npm of Node 20 or newer installs them into node_modules; any other Linux host uses the node image, with this folder
# mounted and the host's network, so that the lab's published ports are where the scripts look for them.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=node_modules/.installed-from
lock_sum() { cat package-lock.json package.json | cksum; }
installed() { [ -x node_modules/.bin/node ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(lock_sum)" ]; }

host_has_node() {
  command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
    [ "$(node -p 'Number(process.versions.node.split(".")[0])' 2>/dev/null || echo 0)" -ge 20 ]
}

if host_has_node; then
  if ! installed; then
    mkdir -p .lab
    # Two commands started side by side must not install into the same folder.
    exec 9>.lab/npm.lock
    # Not everywhere (macOS has none).
    if command -v flock >/dev/null 2>&1; then flock 9; fi
    if ! installed; then
      echo 'Installing the npm packages of the project (once).' >&2
      npm ci --no-audit --no-fund --loglevel=error >&2
      lock_sum >"$stamp"
    fi
    exec 9>&-
  fi
  PATH="$PWD/node_modules/.bin:$PATH" exec "$@"
fi

# Elsewhere Docker runs in a virtual machine: the network in there is not the host's, and the host's client does not run in there.
if [ "$(uname -s)" != Linux ]; then
  echo "This command needs Node 20 or newer with npm, and finds $(node --version 2>/dev/null || echo none): install it (https://nodejs.org) and try again." >&2
  echo 'Only on Linux does it run in a container instead. `make up`, `make status` and `make down` need no Node.' >&2
  exit 1
fi

# What a command in the container is told of this shell: scripts/lib/test/with-node.test.ts knows what they all read.
passed_on='CI|SERVICE|IMAGE|SCENARIO|DURATION|SPEED|JOURNEY|RATE|FOR|REASON|WATCH_SECONDS|STACK_TESTS|KEEP_STACK|STRAY_CASES'
# bench
passed_on+='|TRIALS|MINUTES|SETTLE_SECONDS|STOCK_RESOLVED|COLD|CHECKOUTS|COLLECTOR_AWAY_SECONDS|SECONDS|RUNS|ROWS|ROUNDS|REQUESTS'
passed_on+='|RESTARTS|DAYS|MESSAGES|SINGLE_ROWS|QUIET_MINUTES|RULES_MINUTES|PLAIN_MINUTES'
# The lab's settings, for what starts containers of it.
passed_on+='|SLO_SPEED|HISTORY|RPS|USERS|LOG_LEVEL|[A-Z]+_RETENTION|TRACE_HEAD_RATIO|WEB_SAMPLE_RATIO|TRACE_QUEUE_BYTES'
passed_on+='|RATE_LIMIT_PER_MINUTE|POSTGRES_PASSWORD|ORDER_KEY_SECRET|TRACE_STORE_ENCODING|TRAFFIC_RESTART|HEALTHY_WITHIN_SECONDS'
passed_on+='|TEST_TIMEOUT_MS|RESULTS_FILE|IMAGES_PULL|NPM_CONFIG_REGISTRY'
passed_on+='|[A-Z_]+_(PORT|URL)|COMPOSE_[A-Z_]+|LAB_[A-Z_]+|[A-Z]+_TEST_[A-Z]+'
env_file=$(mktemp)
trap 'rm -f "$env_file"' EXIT
# First of all, as SECONDS is a clock of bash's own that runs on from what was given. An empty one would win over .env.
env | grep -E "^($passed_on)=." >"$env_file" || true

image=node:24.21.0-trixie-slim
scripts/engine.sh >&2
docker image inspect "$image" >/dev/null 2>&1 || scripts/images.sh "$image" >&2
tty=()
[ -t 0 ] && [ -t 1 ] && tty=(-t)
container=(--init --network host -v "$PWD:$PWD" -w "$PWD")
# The stack tests and chaos drive Docker: they get the host's client and its socket.
if [ -S /var/run/docker.sock ]; then
  container+=(-v /var/run/docker.sock:/var/run/docker.sock -v "$(command -v docker):/usr/local/bin/docker:ro")
  for plugins in /usr/libexec/docker/cli-plugins /usr/lib/docker/cli-plugins /usr/local/lib/docker/cli-plugins; do
    [ -d "$plugins" ] && container+=(-v "$plugins:$plugins:ro")
  done
fi
# With these a program in the container starts one that outlives it (scripts/chaos/start-guard.ts).
described=$(printf '%s\n' "${container[@]}" "$image")
docker run --rm -i ${tty[@]+"${tty[@]}"} "${container[@]}" --env-file "$env_file" --env "LAB_NODE_CONTAINER=$described" "$image" \
  bash -c 'set -e
    sum=$(cat package-lock.json package.json | cksum)
    if [ ! -x node_modules/.bin/node ] || [ "$(cat '"$stamp"' 2>/dev/null)" != "$sum" ]; then
      echo "Installing the npm packages of the project (once)." >&2
      npm ci --no-audit --no-fund --loglevel=error >&2; echo "$sum" >'"$stamp"'
    fi
    PATH="$PWD/node_modules/.bin:$PATH" exec "$@"' -- "$@"
