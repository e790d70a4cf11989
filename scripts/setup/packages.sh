#!/usr/bin/env bash
# Installs the Debian packages that are missing, after showing which and how much that is: those
# of packages.txt, and of the arguments.
set -euo pipefail
cd "$(dirname "$0")/../.."

wanted() {
    awk '!/^#/ && NF {print $1}' scripts/setup/packages.txt
    scripts/setup/node-fits.sh || printf '%s\n' nodejs npm
    [[ $# -eq 0 ]] || printf '%s\n' "$@"
}

installed() {
    dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        awk '$1 == "installed" {print $2}'
}

# Succeeds when commands can become root, asking for a password only where somebody can type one.
can_sudo() {
    command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }
}

# What apt-get would do, in one line; what it has downloaded before costs nothing.
cost() {
    local new download disk
    mapfile -t new < <(apt-get install --simulate "${apt[@]}" 2>/dev/null | awk '/^Inst / {print $2}')
    download=$(apt-get install --print-uris "${apt[@]}" 2>/dev/null |
        awk '/^\047/ {bytes += $3} END {printf "%.0f", bytes / 1e6}')
    disk=$(apt-cache show --no-all-versions "${new[@]}" 2>/dev/null |
        awk '/^Installed-Size:/ {kB += $2} END {printf "%.0f", kB * 1.024 / 1000}')
    echo "${#new[@]} packages, $download MB to download, $disk MB on disk"
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "set-up: this is not a Debian system. Install what scripts/setup/packages.txt lists and" >&2
    echo "Node 20.19 or later, or use Debian 12." >&2
    exit 1
fi

mapfile -t all < <(wanted "$@")
mapfile -t missing < <(comm -23 <(printf '%s\n' "${all[@]}" | sort) <(installed "${all[@]}" | sort))
[[ ${#missing[@]} -gt 0 ]] || exit 0

root=()
if [[ $EUID -ne 0 ]]; then
    if ! can_sudo; then
        echo "set-up: Debian packages are missing and need root. Run this line as root, then make again:" >&2
        echo "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    root=(sudo)
fi
root+=(env DEBIAN_FRONTEND=noninteractive)
apt=(-y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")

echo "Debian packages are missing: ${missing[*]}"
"${root[@]}" apt-get update -qq
echo "With what they need: $(cost)."
if [[ -t 0 && -t 1 ]]; then
    read -r -p "Install them? [Y/n] " answer
    [[ ! $answer =~ ^[Nn] ]] || exit 1
fi

# An installation that was interrupted is finished first.
install() { "${root[@]}" dpkg --configure -a && "${root[@]}" apt-get install "${apt[@]}"; }
log=build/packages.log
mkdir -p build
echo "Installing; the log is $log."
if ! install >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "set-up: apt-get failed, see above. Is the network there, the disk full? Then make again." >&2
    exit 1
fi
