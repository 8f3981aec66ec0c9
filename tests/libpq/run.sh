#!/bin/sh
# Holds our division of connection strings against a real libpq, on thousands of mutated strings:
#     tests/libpq/run.sh [HOW_MANY [SEED]]
# It makes a virtual environment with the `psycopg` wheel, which brings its own libpq, in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "psycopg[binary]>=3.3"
env -i PATH="$PATH" HOME="$work" "$work/venv/bin/python" "$here/mutate.py" "$work/said.json" "$@"
cd "$here/../.."
PREFLIGHT_LIBPQ="$work/said.json" cargo test --quiet --lib connection::tests::oracle -- --ignored --nocapture
