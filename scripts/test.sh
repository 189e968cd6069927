#!/bin/sh
# All tests: those in the browser beside the others, since each kind waits half of its time. Usage: scripts/test.sh PYTHON [OPTION …]
set -u
python=$1
shift
longest="--durations=30 --durations-min=5"  # what makes the whole slow
output=$(mktemp)
"$python" -m pytest tests/console -p no:cacheprovider $longest "$@" >"$output" 2>&1 &
browser=$!
trap 'kill "$browser" 2>/dev/null; rm -f "$output"' EXIT
"$python" -m pytest --ignore=tests/console $longest "$@"
others=$?
wait "$browser"
pages=$?
echo "tests/console:"
cat "$output"
[ "$others" = 0 ] && [ "$pages" = 0 ]
