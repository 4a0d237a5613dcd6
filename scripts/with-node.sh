#!/usr/bin/env bash
# Runs a command with the project's own Node and packages: with-node.sh node scripts/slo/main.ts
# A host with npm of Node 20 or newer installs them into node_modules; any other host uses the node image, with this folder
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
    flock 9
    if ! installed; then
      echo 'Installing the npm packages of the project (once).' >&2
      npm ci --no-audit --no-fund --loglevel=error >&2
      lock_sum >"$stamp"
    fi
    exec 9>&-
  fi
  PATH="$PWD/node_modules/.bin:$PATH" exec "$@"
fi

image=node:24.21.0-trixie-slim
scripts/engine.sh >&2
docker image inspect "$image" >/dev/null 2>&1 || scripts/images.sh "$image" >&2
tty=()
[ -t 0 ] && [ -t 1 ] && tty=(-t)
# The stack tests drive Docker: they get the host's client and its socket.
docker_client=()
if [ -S /var/run/docker.sock ]; then
  docker_client=(-v /var/run/docker.sock:/var/run/docker.sock -v "$(command -v docker):/usr/local/bin/docker:ro")
  for plugins in /usr/libexec/docker/cli-plugins /usr/lib/docker/cli-plugins /usr/local/lib/docker/cli-plugins; do
    [ -d "$plugins" ] && docker_client+=(-v "$plugins:$plugins:ro")
  done
fi
env_file=$(mktemp)
trap 'rm -f "$env_file"' EXIT
env | grep -E '^(CI|SERVICE|IMAGE|WATCH_SECONDS|SCENARIO|DURATION|JOURNEY|RATE|FOR|REASON|TRIALS|MINUTES|SETTLE_SECONDS|STOCK_RESOLVED|COLD|SLO_SPEED|CHECKOUTS|COLLECTOR_AWAY_SECONDS|[A-Z_]+_(PORT|URL)|COMPOSE_[A-Z_]+|LAB_[A-Z_]+|[A-Z]+_TEST_[A-Z]+)=' >"$env_file" || true
docker run --rm -i --init "${tty[@]}" --network host -v "$PWD:$PWD" -w "$PWD" --env-file "$env_file" "${docker_client[@]}" "$image" \
  bash -c 'set -e
    sum=$(cat package-lock.json package.json | cksum)
    if [ ! -x node_modules/.bin/node ] || [ "$(cat '"$stamp"' 2>/dev/null)" != "$sum" ]; then
      echo "Installing the npm packages of the project (once)." >&2
      npm ci --no-audit --no-fund --loglevel=error >&2; echo "$sum" >'"$stamp"'
    fi
    PATH="$PWD/node_modules/.bin:$PATH" exec "$@"' -- "$@"
