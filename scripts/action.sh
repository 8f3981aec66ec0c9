#!/usr/bin/env bash
# The steps of action.yml: `install` puts preflight on the runner and says where it is, `check` runs it. What a workflow
# gives comes as INPUT_… and PREFLIGHT_…, and what goes back is written to GITHUB_OUTPUT.
set -euo pipefail

refuse() {
  printf '::error title=preflight::%s\n' "$1"
  exit 2
}

# The version of this checkout, from the first `version = "…"` of Cargo.toml.
version() {
  sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1
}

# Builds what was checked out: the commit that the workflow names, with the crates that its lock file names.
from_source() {
  command -v cargo > /dev/null || refuse "install: source needs cargo on the runner"
  local root="$RUNNER_TEMP/preflight"
  # Link time optimisation takes longer than a run saves.
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$root" >&2
  printf '%s' "$root/bin/preflight"
}

# Installs the wheel of this version, and nothing else, into a folder of its own.
from_wheel() {
  local python root="$RUNNER_TEMP/preflight-wheel"
  python="$(command -v python3 || command -v python)" || refuse "install: wheel needs Python on the runner"
  "$python" -m venv "$root" >&2
  local folder="$root/bin"
  [ -d "$folder" ] || folder="$root/Scripts"
  "$folder/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=policy-preflight \
    "policy-preflight==$(version)" >&2
  printf '%s' "$folder/preflight"
}

install() {
  local program
  if [ -n "${INPUT_PROGRAM:-}" ]; then
    program="$INPUT_PROGRAM"
  else
    case "${INPUT_INSTALL:-source}" in
      source) program="$(from_source)" ;;
      wheel) program="$(from_wheel)" ;;
      *) refuse "install is source or wheel" ;;
    esac
  fi
  "$program" --version
  printf 'program=%s\n' "$program" >> "$GITHUB_OUTPUT"
}

# The lines of a text that hold something, as words of the command.
lines_of() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%$'\r'}"
    if [ -n "${line//[[:space:]]/}" ]; then words+=("$line"); fi
  done <<< "$1"
}

check() {
  local words=() status=0
  lines_of "${INPUT_ARGS:-}"
  case "${INPUT_CHANGED:-false}" in
    true) words+=(--changed) ;;
    false | "") ;;
    *) refuse "changed is true or false" ;;
  esac
  if [ -n "${INPUT_SARIF:-}" ]; then words+=(--output "sarif=$INPUT_SARIF"); fi
  words+=(--step-summary --)
  lines_of "${INPUT_PATHS:-}"
  "$PREFLIGHT" check "${words[@]}" || status=$?
  printf 'status=%s\n' "$status" >> "$GITHUB_OUTPUT"
  exit "$status"
}

case "${1:-}" in
  install | check) "$1" ;;
  *) refuse "the step is install or check" ;;
esac
