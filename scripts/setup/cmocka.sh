#!/usr/bin/env bash
# Fetches cmocka's source from Debian into build/cmocka/{src,include}. apt checks signature and
# hashes; its lists stay in a folder of their own, so the machine's /etc/apt is only read.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=$PWD/build/cmocka

rm -rf "$home"
mkdir -p "$home"/apt/{lists,archives}/partial "$home/apt/sources" "$home/unpacked"

# The first archive of Debian proper that the machine uses: address and release.
# shellcheck disable=SC2016 # apt-get puts the values in
archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' \
    'Created-By: Packages' | awk '$3 == "main" && $4 == "Debian" {print $1, $2; exit}')
if [[ -z $archive ]]; then
    echo "set-up: apt knows no Debian archive. Run apt-get update as root, then make again." >&2
    exit 1
fi
cat >"$home/apt/sources/debian.sources" <<END
Types: deb-src
URIs: ${archive% *}
Suites: ${archive#* }
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END

apt_private() {
    (cd "$home/unpacked" && apt-get -qq -o Dir::Etc::SourceList=/dev/null \
        -o Dir::Etc::SourceParts="$home/apt/sources" -o Dir::State::Lists="$home/apt/lists" \
        -o Dir::Cache::Archives="$home/apt/archives" -o Dir::Cache::PkgCache= \
        -o Dir::Cache::SrcPkgCache= -o APT::Sandbox::User="$(id -un)" "$@")
}

echo "Fetching cmocka's source package"
if ! { apt_private update && apt_private source cmocka; } >"$home/log" 2>&1; then
    cat "$home/log" >&2
    echo "set-up: cannot fetch cmocka's source package, see above. Is the network there? Then make again." >&2
    exit 1
fi
mv "$home"/unpacked/cmocka-*/include "$home/include"
mv "$home"/unpacked/cmocka-*/COPYING "$home/"
# Last: make takes this file for the whole.
mv "$home"/unpacked/cmocka-*/src "$home/src"
rm -rf "$home/apt" "$home/unpacked"
