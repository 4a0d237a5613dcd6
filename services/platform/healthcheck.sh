#!/usr/bin/env bash
# healthcheck.sh PORT [path]: succeeds when http://127.0.0.1:PORT/path (default /ready) answers 200 within two seconds. The
# image has bash and no curl, and a Node process for each probe would cost more than the service it asks.
set -u
port=${1:?usage: healthcheck.sh PORT [path]}
path=${2:-/ready}

exec 3<>"/dev/tcp/127.0.0.1/${port}" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "${path}" >&3
read -r -t 2 _version status _reason <&3 || exit 1
[ "${status}" = 200 ]
