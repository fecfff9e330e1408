#!/bin/sh
# Makes the file system that VNX lays under every machine of the scenario, with all that they run.
set -eu

usage() {
    cat <<'TEXT'
usage: rootfs.sh FOLDER PACKAGE...

Makes FOLDER/rootfs (Debian 12, the packages, this project at /opt/cdpsfy, its user) and
FOLDER/config, which LXC reads; some 2 GB. As root, with mmdebstrap. None of the services is started
before a machine is told which are its own. CDPSFY_UID is the number of the user (970). Where packages of
Python come by a proxy with an authority of its own, PIP_CERT names its certificates.
TEXT
}

fail() {
    echo "rootfs: $*" >&2
    exit 1
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -ge 2 ] || { usage >&2 && exit 2; }
folder=$1
shift
root=$folder/rootfs.new home=/opt/cdpsfy
project=$(readlink -f "$(dirname "$0")/../..")
[ "$(id -u)" -eq 0 ] || fail "run as root"
command -v mmdebstrap >/dev/null || fail "install mmdebstrap"
[ ! -e "$folder/rootfs" ] || fail "$folder/rootfs is there already: remove it first, with no machine on it"

mkdir -p "$folder"
# What an attempt before this one left, which failed.
rm -rf --one-file-system "$root"
packages=$(echo systemd-sysv ifupdown make python3-venv "$@" | tr ' ' ,)
mmdebstrap --variant=minbase --include="$packages" bookworm "$root"

mkdir -p "$root$home"
git -C "$project" archive HEAD | tar -x -C "$root$home"
chroot "$root" adduser --quiet --system --uid "${CDPSFY_UID:-970}" --group --home /var/lib/cdpsfy cdpsfy
# Files of this machine are not there; pip would take these names before its own.
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
if [ -n "${PIP_CERT-}" ]; then
    cp -L "$PIP_CERT" "$root/tmp/authorities.pem"
    PIP_CERT=/tmp/authorities.pem && export PIP_CERT
fi
chroot "$root" make --no-print-directory -C "$home" \
    .venv/.installed cdpsfy/web/locale/es/LC_MESSAGES/cdpsfy.mo
rm -f "$root/tmp/authorities.pem"

# A machine starts what /etc/cdpsfy/services names, and not what Debian starts with each package.
for package in "$@"; do
    [ "$package" = systemd ] || chroot "$root" dpkg-query -L "$package" "${package%-light}-common" 2>/dev/null || true
done | sed -n 's#.*/lib/systemd/system/\([^/@]*\.\(service\|socket\)\)$#\1#p' | sort -u |
    xargs chroot "$root" systemctl --quiet disable
# Each machine makes a number of its own when it boots first.
: >"$root/etc/machine-id"
# VNX writes rules there, and does not make the folder.
mkdir -p "$root/etc/udev/rules.d"

cat >"$folder/config" <<'LXC'
lxc.include = /usr/share/lxc/config/common.conf
lxc.arch = linux64
# A track server mounts the volume by FUSE.
lxc.cgroup.devices.allow = c 10:229 rwm
LXC
: >"$folder/fstab"
mv "$root" "$folder/rootfs"
echo "rootfs: made $folder/rootfs"
