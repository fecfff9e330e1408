#!/bin/sh
# Installs the Debian packages named, if they are missing: ops/packages.sh chromium strace
# With CDPSFY_NO_START=1 none of their services is started.
set -eu
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "packages: installing$missing"
sudo=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "packages: as root, run: apt-get install$missing" >&2
        exit 1
    }
    sudo=sudo
fi
export DEBIAN_FRONTEND=noninteractive
# What Debian's packages ask before they start a service (policy-rc.d); 101 means no.
policy=/usr/sbin/policy-rc.d
if [ -n "${CDPSFY_NO_START-}" ] && [ ! -e "$policy" ]; then
    trap '$sudo rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod +x "$policy"
fi
$sudo apt-get update -qq
# shellcheck disable=SC2086 # one word a package
$sudo apt-get install -qq --no-install-recommends $missing >/dev/null
