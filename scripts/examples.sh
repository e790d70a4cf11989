#!/usr/bin/env bash
# Generates the models of the examples, builds the examples as their users would, and runs them.
#   examples.sh           writes examples/*/generated/
#   examples.sh --check   fails when what is there is not what the generator writes
set -euo pipefail
cd "$(dirname "$0")/.."

example() {
    local name=$1 target=$2
    shift 2
    node codegen/bin/pfp.js compile models/lenet5.safetensors --target "$target" \
        --out "examples/$name/generated" "$@"
    env -u MAKEFLAGS make -s -C "examples/$name" run OUT="$PWD/build/examples/$name"
}

example host host "$@"
example mps3-an547 cortex-m55 "$@"
