#!/bin/sh
# Collects the exports of a Railway project into a folder, in the layout that preflight.yaml reads:
#
#   railway/status.json                          services with their ids, names and last deployments
#   railway/<environment>/environment.json       all services of an environment, references unresolved
#   railway/<environment>/<service>.json         the variables of a service as they are at run time
#
# It is `preflight import railway` for machines without preflight: it needs `railway` (logged in, and linked to the
# project) and `jq`. The files hold secrets: only you can read them, and git leaves the folder alone.
#
# usage: scripts/railway-export.sh [FOLDER]        (FOLDER is `railway` where nothing is said)
set -eu
umask 077

into=${1:-railway}
for command in railway jq; do
  if ! command -v "$command" >/dev/null 2>&1; then
    echo "railway-export: \`$command\` is not on this machine" >&2
    [ "$command" = railway ] && echo "Install it (docs.railway.com/cli), then: railway login, railway link" >&2
    [ "$command" = jq ] && echo "Install jq, or use: preflight import railway" >&2
    exit 2
  fi
done

mkdir -p "$into"
chmod 700 "$into"
[ -e "$into/.gitignore" ] || printf '# Exports hold secrets: they are never committed.\n*\n' >"$into/.gitignore"

# Writes what a command prints to a file: whole and as JSON, or not at all.
keep() {
  file=$1
  shift
  if "$@" >"$file.new" </dev/null 2>/dev/null && jq -e 'type == "object"' <"$file.new" >/dev/null 2>&1; then
    chmod 600 "$file.new"
    mv -f "$file.new" "$file"
    echo "$file"
  else
    rm -f "$file.new"
    echo "railway-export: nothing came for $file; run it by hand to see why: $*" >&2
    failed=1
  fi
}

failed=0
keep "$into/status.json" railway status --json
[ "$failed" = 0 ] || exit 2

# A name that can be a file: no slashes, no dots in front.
safe='gsub("[^\\p{L}\\p{N} _.-]"; "-") | sub("^[. ]+"; "") | if . == "" then "unnamed" else . end'

# Fields are parted by tabs; a name holds none.
environments=$(jq -r '.environments.edges[].node | select(.deletedAt == null and .canAccess != false)
  | [(.id // .name), (.name | '"$safe"')] | @tsv' <"$into/status.json")
tab=$(printf '\t')
while IFS="$tab" read -r id folder; do
  [ -n "$id" ] || continue
  mkdir -p "$into/$folder"
  chmod 700 "$into/$folder"
  keep "$into/$folder/environment.json" railway environment config --environment "$id" --json
  services=$(jq -r --arg id "$id" '.environments.edges[].node | select((.id // .name) == $id)
    | (.serviceInstances.edges // [])[].node | [(.serviceId // .serviceName), ((.serviceName // .serviceId) | '"$safe"')]
    | @tsv' <"$into/status.json")
  while IFS="$tab" read -r service name; do
    [ -n "$service" ] || continue
    [ "$name" = environment ] && name=environment-2
    keep "$into/$folder/$name.json" railway variable list --service "$service" --environment "$id" --json
  done <<SERVICES
$services
SERVICES
done <<ENVIRONMENTS
$environments
ENVIRONMENTS

[ "$failed" = 0 ] || exit 2
echo "Next:  preflight check"
