#!/usr/bin/env bash
# Fails when a target's libpfp.a needs a symbol from elsewhere, memcpy and memset excepted.
#   undefined-symbols.sh TARGET
set -euo pipefail
library=build/$1/libpfp.a

symbols() { nm --format=posix "$@" "$library" | awk 'NF >= 2 {print $1}' | sort -u; }

[[ -n $(symbols --defined-only) ]] || { echo "$library defines no symbol" >&2; exit 1; }
undefined=$(comm -23 <(symbols --undefined-only) <(symbols --defined-only) | grep -vxE 'memcpy|memset' || true)
if [[ -n $undefined ]]; then
    echo "$library needs more than memcpy and memset:" >&2
    echo "$undefined" >&2
    exit 1
fi
