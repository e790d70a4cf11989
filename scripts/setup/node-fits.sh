#!/usr/bin/env bash
# Succeeds when the first Node in PATH is 20.19 or later and npm is there.
command -v npm >/dev/null && command -v node >/dev/null &&
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
             process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);'
