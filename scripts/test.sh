#!/usr/bin/env bash
# `make test`: the rings that are named (unit, rules, stack), one after another, and one closing line: N passed, N failed.
# A ring that could not run counts as a failure. What this machine cannot run is skipped by name, with the reason.
set -uo pipefail
cd "$(dirname "$0")/.."
# In the project's folder: where Node runs in a container, that is all it sees of this machine.
mkdir -p .lab
results=$(mktemp -d "$PWD/.lab/results.XXXXXX")
trap 'rm -rf "$results"' EXIT
failed_rings=0

# run_tests NAME FILES… [-- NODE OPTIONS…]
run_tests() {
  local name=$1
  shift
  # As many files at once as there are cores; by itself Node leaves one of them out, which is half of a small machine.
  scripts/with-node.sh node --test --test-concurrency="$(getconf _NPROCESSORS_ONLN)" --test-timeout="${TEST_TIMEOUT_MS:-300000}" \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=./scripts/test/count-reporter.ts --test-reporter-destination="$results/$name.counts" "$@"
}

ring() {
  printf '\n== %s ==\n' "$1"
  case $1 in
    unit) run_tests unit 'scripts/test/tree*.test.ts' 'services/*/test/*.test.ts' 'web/test/*.test.ts' 'scripts/*/test/*.test.ts' ;;
    rules) scripts/engine.sh && scripts/images.sh && run_tests rules 'scripts/test/rules*.test.ts' 'scripts/test/config*.test.ts' 'scripts/test/dashboards*.test.ts' 'scripts/test/images*.test.ts' 'scripts/test/history*.test.ts' ;;
    stack) RESULTS_FILE="$results/stack.counts" scripts/test-stack.sh ;;
    *) echo "There is no ring '$1'; there are unit, rules, stack." >&2 && return 2 ;;
  esac
}

started=$SECONDS
for name in "$@"; do
  if ! ring "$name"; then
    echo "The ring '$name' failed." >&2
    failed_rings=$((failed_rings + 1))
  fi
done

read -r passed failed skipped < <(cat "$results"/*.counts 2>/dev/null | awk '{p+=$1; f+=$2; s+=$3} END {print p+0, f+0, s+0}')
# A ring that broke without a failing test is one failure more.
[ "$failed_rings" -gt 0 ] && [ "$failed" -eq 0 ] && failed=$failed_rings
printf '\nIn %s s:\n' "$((SECONDS - started))"
if [ "$skipped" -gt 0 ]; then printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"; else printf '%s passed, %s failed\n' "$passed" "$failed"; fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
