#!/usr/bin/env bash
# Installs the npm packages of package-lock.json when they are not there or the lists changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
stamp=node_modules/.installed

if ! sha256sum --check --status "$stamp" 2>/dev/null; then
    echo "Installing npm packages"
    rm -f "$stamp"
    if ! npm ci --no-audit --no-fund --loglevel=error; then
        echo "set-up: npm ci failed, see above. Is the network there, the disk full? Then make again." >&2
        exit 1
    fi
    sha256sum package.json package-lock.json codegen/package.json >"$stamp"
fi

# npx and npm scripts look here first: they run with the project's own Node where there is one.
[[ ! -e .tools/bin/node ]] || ln -sf ../../.tools/bin/node node_modules/.bin/node
