#!/usr/bin/env bash
# Sets up the peers in build/peers, without touching the system: Debian's CPU-only torch with
# oneDNN and OpenBLAS, unpacked from its packages (350 MB to fetch), two virtual environments, since
# that torch and jax want different versions of numpy, and peer_onednn.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=$PWD/bench/peers
folder=$PWD/build/peers
stamp=$folder/.installed

if sha256sum --check --status "$stamp" 2>/dev/null; then
    exit 0
fi
if ! /usr/bin/python3 -m venv --help >/dev/null 2>&1; then
    echo "bench-peers: Debian's Python has no venv: apt-get install python3-venv" >&2
    exit 1
fi
rm -rf "$folder"
mkdir -p "$folder/packages" "$folder/debian"

echo "Fetching Debian's torch"
wanted=(python3-torch python3-numpy python3-typing-extensions libopenblas0-pthread libdnnl-dev)
(
    cd "$folder/packages"
    # Every dependency, so that it does not matter what the system has; no C library.
    mapfile -t names < <(apt-cache depends --recurse --no-recommends --no-suggests \
        --no-conflicts --no-breaks --no-replaces --no-enhances "${wanted[@]}" |
        grep -E '^[a-z0-9]' | grep -Ev '^(libc6|libc6-dev|libgcc-s1|gcc-12-base|python3(\.11)?(-minimal)?|libpython3.*|perl.*|debconf.*|dpkg|libtorch-test)$' | sort -u)
    apt-get download "${names[@]}" >"$folder/apt.log" 2>&1 || {
        tail -n 3 "$folder/apt.log" >&2
        echo "bench-peers: cannot fetch Debian's packages; apt-get update, then again" >&2
        exit 1
    }
    for package in *.deb; do
        dpkg -x "$package" "$folder/debian"
    done
)
rm -rf "$folder/packages" "$folder"/debian/{etc,bin,sbin,var} "$folder"/debian/usr/{share,bin,sbin}

echo "Installing the peers"
for name in torch jax; do
    /usr/bin/python3 -m venv "$folder/$name"
done
"$folder/torch/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    -r "$home/requirements-torch.txt"
"$folder/jax/bin/pip" install --quiet --disable-pip-version-check -r "$home/requirements-jax.txt"

libraries=$folder/debian/usr/lib/x86_64-linux-gnu
g++ -O2 -std=c++17 -Wall -Wextra -isystem "$folder/debian/usr/include" bench/peers/peer_onednn.cpp \
    "$libraries/libdnnl.so.2" "$libraries/openblas-pthread/libopenblas.so.0" \
    -Wl,--allow-shlib-undefined -o "$folder/peer_onednn"
sha256sum bench/peers/setup.sh bench/peers/requirements-*.txt bench/peers/peer_onednn.cpp >"$stamp"
