#!/bin/bash
# Chooses the locked dependencies anew: no release younger than a week, hashes of every file, no registry named.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    [ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet uv
    uv=.venv/bin/uv
fi
week_ago=$(date --utc --date='7 days ago' +%Y-%m-%d)
compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --exclude-newer "$week_ago" "$@"
}
compile --upgrade --extra bus --extra s3 --extra cabinet --extra dev --output-file requirements/dev.txt
# What production runs, at the very same releases.
compile --extra bus --extra s3 --extra cabinet --constraint requirements/dev.txt --output-file requirements/run.txt
# Fuzzing alone: its wheels exist for few systems, so nothing else depends on it.
compile --extra fuzz --constraint requirements/dev.txt --output-file requirements/fuzz.txt
