#!/bin/sh
# Make a virtual environment with a pinned Xinference, to test against: about 2 GB with a CPU build of torch, 6.5 GB with
# the CUDA build. Does nothing when it stands. Usage: scripts/xinference.sh [VENV]
set -eu
cd "$(dirname "$0")/.."
venv=${1:-.state/xinference}
pins=requirements/xinference.txt

if cmp -s "$pins" "$venv/pins.txt" 2>/dev/null; then
    exit 0
fi
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
echo "xinference: installing the pinned server into $venv (some minutes)" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --prefer-binary -r "$pins"
cp "$pins" "$venv/pins.txt"
