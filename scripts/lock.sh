#!/bin/sh
# Renew requirements/*.txt: every version with its hashes, no index address.
set -eu
cd "$(dirname "$0")/.."
for name in node clients; do
    .venv/bin/python -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        --output-file "requirements/$name.txt" "requirements/$name.in"
done
for name in core server dev; do
    case $name in
        core) extras="" ;;
        server) extras="--extra=server --extra=otel --extra=cloud" ;;   # the image of deploy/Dockerfile
        dev) extras="--extra=local --extra=tokens --extra=server --extra=otel --extra=dev" ;;
    esac
    # shellcheck disable=SC2086
    .venv/bin/python -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        $extras --output-file "requirements/$name.txt" pyproject.toml
done
