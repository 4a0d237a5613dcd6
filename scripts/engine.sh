#!/usr/bin/env bash
# Makes sure that `docker` and `docker compose` work, and says nothing where they do. On Debian and its kin, as
# root, it installs and starts what is missing; anywhere else it says what to install and ends with 1.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/mirrors.sh
. scripts/lib/mirrors.sh
# shellcheck source=scripts/lib/host-packages.sh
. scripts/lib/host-packages.sh

# The engine calls iptables, which is not on every user's path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
start_within_seconds=90
engine_log=/var/log/dockerd.log

# `include` in a Compose file came with 2.20.
compose_works() {
  local version major minor
  version=$(docker compose version --short 2>/dev/null) || return 1
  version=${version#v}
  IFS=. read -r major minor _ <<< "$version"
  [ "$major" -gt 2 ] || { [ "$major" -eq 2 ] && [ "$minor" -ge 20 ]; }
}

engine_answers() { timeout 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

give_up() {
  cat >&2 <<TEXT
The lab needs Docker (engine 20.10 or newer, running) with Compose 2.20 or newer. $1
  Debian, Ubuntu: run this once as root, or install the packages docker.io and docker-compose-v2
    (Debian 12 has only Compose 1: take docker-compose from Debian 13)
  other Linux: install docker-ce and docker-compose-plugin from Docker's own packages, then start the docker service
  macOS, Windows: install and start Docker Desktop
TEXT
  exit 1
}

# Debian 12 has Compose 1.29, which reads no `include`. Debian 13's needs nothing else of Debian 13.
add_trixie_for_compose() {
  local mirror codename
  codename=$(os_release VERSION_CODENAME)
  mirror=$(mirrors_debian "$codename")
  [ -n "$mirror" ] || give_up 'No mirror of Debian was found in the apt sources.'
  cat > /etc/apt/sources.list.d/techmart-trixie.sources <<TEXT
# Written by scripts/engine.sh, for docker-compose alone (see /etc/apt/preferences.d/techmart-trixie).
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
TEXT
  cat > /etc/apt/preferences.d/techmart-trixie <<TEXT
Package: *
Pin: release n=trixie
Pin-Priority: -10

Package: docker-compose
Pin: release n=trixie
Pin-Priority: 500
TEXT
  refresh_package_lists
}

install_compose() {
  # docker-compose-plugin: Docker's own packages; docker-compose-v2: Ubuntu; docker-compose: Debian from 13 on.
  local package
  for package in docker-compose-plugin docker-compose-v2 docker-compose; do
    case $(package_major "$package") in '' | 0 | 1) continue ;; esac
    install_packages "$package"
    return
  done
  [ "$(os_release ID)" = debian ] || give_up 'No package of this distribution has Compose 2.'
  add_trixie_for_compose
  install_packages docker-compose
}

install_missing() {
  echo 'Docker is incomplete on this machine: installing it from the distribution (once).'
  refresh_package_lists
  if ! command -v dockerd >/dev/null 2>&1; then install_packages docker.io; fi
  # From Debian 13 on the client is a package of its own.
  if ! command -v docker >/dev/null 2>&1; then install_packages docker-cli; fi
  hash -r
  if ! compose_works; then install_compose; fi
}

# Is the process whose number stands in this file there, and is it the program that wrote it?
runs() {
  local file=$1 program=$2 pid
  pid=$(cat "$file" 2>/dev/null) || return 1
  [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$program" ]
}

# An engine that was killed leaves its numbers behind; when another process has one of them by now, a new
# engine takes it for a running one and ends.
forget_dead_engine() {
  runs /var/run/docker.pid dockerd || rm -f /var/run/docker.pid
  runs /var/run/docker/containerd/containerd.pid containerd \
    || rm -f /var/run/docker/containerd/containerd.pid /var/run/docker/containerd/*.sock*
}

start_engine_by_hand() {
  local fd
  forget_dead_engine
  if runs /var/run/docker.pid dockerd; then return; fi
  echo "Starting the Docker engine (its log: $engine_log)."
  (
    # Nothing of the caller's may stay open in it: neither a lock nor the pipe that somebody reads to its end.
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      if [ "$fd" -gt 2 ]; then eval "exec $fd>&-" 2>/dev/null || true; fi
    done
    cd /
    exec setsid nohup dockerd >> "$engine_log" 2>&1 </dev/null
  ) &
}

start_engine() {
  local deadline
  if [ -d /run/systemd/system ]; then
    echo 'Starting the Docker engine.'
    systemctl start docker
  else
    start_engine_by_hand
  fi
  deadline=$((SECONDS + start_within_seconds))
  until engine_answers; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "The Docker engine did not answer within $start_within_seconds s. The end of its log:" >&2
      if [ -d /run/systemd/system ]; then journalctl -u docker -n 20 --no-pager >&2; else tail -n 20 "$engine_log" >&2; fi
      exit 1
    fi
    sleep 0.5
  done
}

if engine_answers && compose_works; then exit 0; fi

case ${DOCKER_HOST:-} in
  '' | unix:///var/run/docker.sock) ;;
  *) engine_answers || give_up "The engine at DOCKER_HOST=$DOCKER_HOST does not answer." ;;
esac
may_install_packages || {
  if ! command -v docker >/dev/null 2>&1; then give_up 'There is no docker command.'
  elif ! engine_answers; then give_up "Its engine does not answer: $(docker version 2>&1 | tail -n 1)"
  else give_up 'Its Compose is missing or too old.'; fi
}

# Two of us at once would both start an engine.
exec 9> /var/lock/techmart-engine.lock
flock --timeout 600 9
if { ! engine_answers && ! command -v dockerd >/dev/null 2>&1; } || ! command -v docker >/dev/null 2>&1 || ! compose_works; then
  install_missing
fi
if ! engine_answers; then start_engine; fi
compose_works || give_up 'Its Compose is missing or too old.'
echo "Docker is ready: engine $(docker version --format '{{.Server.Version}}'), Compose $(docker compose version --short)."
