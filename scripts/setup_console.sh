#!/bin/sh
# What the console needs beside Python. Usage: scripts/setup_console.sh VENV [browser]
# Node from the system when it is new enough, else from a package; with `browser` also Chromium and fonts for Chinese, for the tests.
set -eu
venv=$1
wanted=${2:-}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else echo "setup: please run as root: $*" >&2; exit 1
    fi
}

if ! "$venv/bin/python" scripts/console.py node >/dev/null 2>&1; then
    echo "setup: installing Node into $venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/node.txt
fi

if [ "$wanted" = browser ] && [ -z "${MODELRUNTIME_CHROMIUM:-}" ] \
    && ! command -v chromium >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "setup: please install Chromium, or set MODELRUNTIME_CHROMIUM to a browser" >&2
        exit 1
    fi
    as_root apt-get update
    as_root apt-get install -y --no-install-recommends chromium fonts-noto-cjk
fi
