#!/bin/sh
# All tests, in two lanes side by side: a half of the time is waiting. Usage: scripts/test.sh PYTHON [OPTION …]
set -u
python=$1
shift
beside="tests/codecs tests/conformance tests/faults tests/gateway tests/replay"
elsewhere="--ignore=tests/console"
for each in $beside; do elsewhere="$elsewhere --ignore=$each"; done
longest="--durations=30 --durations-min=5"  # what makes the whole slow
output=$(mktemp)

run() {  # in the second lane: pytest, ended with the lane
    "$python" -m pytest -p no:cacheprovider $longest "$@" &
    child=$!
    wait "$child"
}

second_lane() {
    trap 'kill "$child" 2>/dev/null; exit 143' TERM
    child=
    run tests/console "$@"
    pages=$?
    # shellcheck disable=SC2086
    run $beside "$@"
    others=$?
    [ "$pages" = 0 ] && [ "$others" = 0 ]
}

second_lane "$@" >"$output" 2>&1 &
lane=$!
trap 'kill "$lane" 2>/dev/null; rm -f "$output"' EXIT
# shellcheck disable=SC2086
"$python" -m pytest $elsewhere $longest "$@"
first=$?
wait "$lane"
second=$?
echo "tests/console $beside:"
cat "$output"
[ "$first" = 0 ] && [ "$second" = 0 ]
