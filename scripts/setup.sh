#!/bin/sh
# Make the virtual environment with everything that the lock names. Usage: scripts/setup.sh VENV LOCK
set -eu
venv=$1
lock=$2

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else echo "setup: please run as root: $*" >&2; exit 1
    fi
}

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$name"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ]; then
    echo "setup: Python 3.11 or newer is needed" >&2
    exit 1
fi
debian_packages=
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    debian_packages="python3-venv"
fi
# llama.cpp computes with OpenMP, whose library a bare Debian does not have.
if [ "$(uname -s)" = Linux ] && ! "$python" -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' >/dev/null 2>&1; then
    debian_packages="$debian_packages libgomp1"
fi
if [ -n "$debian_packages" ]; then
    as_root apt-get update
    # shellcheck disable=SC2086
    as_root apt-get install -y $debian_packages
fi
if [ ! -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv"
fi
echo "setup: installing the locked packages into $venv" >&2
# The lock is complete. Nothing may be resolved: a newer release of a package that is asked for with an extra would be taken, and has no hash.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
