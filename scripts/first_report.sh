#!/usr/bin/env bash
# How long a newcomer's machine works from `git clone` to the first report on the screen; reading time is not in it.
set -euo pipefail
source="$(cd "$(dirname "$0")/.." && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
began=$SECONDS
said() { printf '%-40s %4d s\n' "$1" "$((SECONDS - began))"; }
git clone --quiet "$source" "$folder/shopbook"
cd "$folder/shopbook"
said "cloned"
make --silent install
said "installed from the lock"
.venv/bin/shopbook demo >/dev/null
test -s data/reports/index.html
said "demo taken in, run, published, mailed"
