#!/bin/sh
# Installs the Debian packages named, if they are missing: ops/packages.sh chromium strace
# With CDPSFY_NO_START=1 none of their services is started, now or at the next boot.
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
# What Debian's packages ask before they start a service (policy-rc.d); 101 means no.
policy=/usr/sbin/policy-rc.d
if [ -n "${CDPSFY_NO_START-}" ] && [ ! -e "$policy" ]; then
    trap '$sudo rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod +x "$policy"
fi
$sudo apt-get update -qq
# shellcheck disable=SC2086 # one word a package
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $missing >/dev/null
if [ -n "${CDPSFY_NO_START-}" ] && [ -d /run/systemd/system ]; then
    # shellcheck disable=SC2086 # one word a package
    dpkg-query -L $missing | sed -En 's#.*/lib/systemd/system/([^/]*\.(service|socket))$#\1#p' |
        xargs -r $sudo systemctl --quiet disable
fi
