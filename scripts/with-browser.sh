#!/usr/bin/env bash
# Runs a command with a browser beside it: with-browser.sh scripts/with-node.sh node --test …
# The browser (Chromium, or Chrome) is this machine's own, also where Node runs in a container: the command reaches it at
# BROWSER_URL, by its debugging port. On Debian and its kin, as root, a missing one is installed. Where there is none, the command
# runs all the same, and BROWSER_TEST_MISSING says why there is none. BROWSER_PATH names a certain one.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/host-packages.sh
. scripts/lib/host-packages.sh

starts_within_seconds=60
browser_pid=
profile=$(mktemp -d "${TMPDIR:-/tmp}/techmart-browser.XXXXXX")
end_browser() {
  if [ -n "$browser_pid" ]; then
    kill "$browser_pid" 2>/dev/null || true
    wait "$browser_pid" 2>/dev/null || true
  fi
  # Its helpers still write for a moment.
  rm -rf "$profile" 2>/dev/null || { sleep 1; rm -rf "$profile" || true; }
}
trap end_browser EXIT
trap 'exit 130' INT TERM

find_browser() {
  local name
  if [ -n "${BROWSER_PATH:-}" ]; then
    command -v "$BROWSER_PATH"
    return
  fi
  for name in chromium chromium-browser google-chrome-stable google-chrome \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
    if command -v "$name"; then return; fi
  done
  return 1
}

# Ubuntu has no package of this name: its chromium-browser is a stub that wants snapd.
install_browser() {
  [ -z "${BROWSER_PATH:-}" ] && may_install_packages || return 1
  echo 'There is no browser on this machine: installing Chromium from the distribution (once).' >&2
  refresh_package_lists
  [ -n "$(package_major chromium)" ] || return 1
  # Without a font, pages have no letters.
  install_packages chromium fonts-liberation >&2
}

# The file appears with the debugging port in its first line.
wait_for_port() {
  local deadline=$((SECONDS + starts_within_seconds))
  until [ -s "$profile/DevToolsActivePort" ]; do
    kill -0 "$browser_pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

start_browser() {
  local browser words
  unset BROWSER_URL BROWSER_TEST_MISSING
  if ! { browser=$(find_browser) || { install_browser && hash -r && browser=$(find_browser); }; }; then
    export BROWSER_TEST_MISSING="no ${BROWSER_PATH:-Chromium or Chrome} on this machine (install one, or name one by BROWSER_PATH)"
    return
  fi
  local flags=(--headless --remote-debugging-port=0 "--user-data-dir=$profile" --window-size=1280,900
    --no-first-run --no-default-browser-check --mute-audio --hide-scrollbars --force-color-profile=srgb
    # Small in containers, and a full one ends the tab.
    --disable-dev-shm-usage
    # A page in the background works as one that is looked at.
    --disable-background-timer-throttling --disable-backgrounding-occluded-windows --disable-renderer-backgrounding
    # Nothing of the browser's own goes to anybody.
    --disable-background-networking --disable-component-update --disable-sync --disable-extensions
    --disable-features=Translate,OptimizationHints,MediaRouter)
  # Chromium's sandbox wants another user than root, and does not start without one. It only ever opens the lab's own pages.
  if [ "$(id -u)" = 0 ]; then flags+=(--no-sandbox); fi
  "$browser" "${flags[@]}" about:blank >"$profile/log" 2>&1 </dev/null &
  browser_pid=$!
  if wait_for_port; then
    BROWSER_URL="http://127.0.0.1:$(head -n 1 "$profile/DevToolsActivePort")"
    export BROWSER_URL
  else
    words=$(grep -v '^ *$' "$profile/log" | tail -n 1 | cut -c 1-200) || true
    export BROWSER_TEST_MISSING="$browser did not start: ${words:-it ended without a word}"
  fi
}

start_browser
"$@"
