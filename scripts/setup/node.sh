#!/usr/bin/env bash
# Gives the project a Node of its own, .tools/bin/node, where the machine's is older than 20.19.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=22.23.3

! scripts/setup/node-fits.sh || exit 0

echo "Node is older than 20.19: installing Node $version into .tools/"
rm -rf .tools
mkdir -p .tools/bin
npm install --prefix .tools --no-save --no-audit --no-fund --loglevel=error "node@$version"
if [[ "$(.tools/node_modules/node/bin/node --version)" != "v$version" ]]; then
    echo "set-up: the npm package node@$version did not install its program." >&2
    echo "Install Node 20.19 or later yourself, then make again." >&2
    exit 1
fi
# Last, so that an interrupted installation starts anew.
ln -s ../node_modules/node/bin/node .tools/bin/node
