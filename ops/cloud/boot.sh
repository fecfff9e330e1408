#!/bin/sh
# Makes a fresh machine of a cloud one of the cluster. Its user-data runs this as root, when Debian's
# packages and this folder are there; a second run renders and starts everything anew.
set -eu

usage() {
    cat <<'TEXT'
usage: boot.sh CLOUD MACHINE|ROLE

  MACHINE  one that the topology names: nas1
  ROLE     one of a group that the cloud adds and takes away: tracks, web

/etc/cdpsfy/here.ini has what only the stack knows, /etc/cdpsfy/secrets what it keeps secret.
TEXT
}

[ $# -eq 2 ] || { usage >&2 && exit 2; }
[ "$1" != --help ] || { usage && exit; }
cloud=$1 machine=$2
cd "$(dirname "$0")/../.."
own=/etc/cdpsfy rendered=/run/cdpsfy-rendered

ops() {
    .venv/bin/python -m ops "$@"
}

# A machine of a group is told who it is by its addresses.
name_member() {
    # shellcheck disable=SC2046 # one word an address
    ops cloud member "$cloud" "$machine" $(hostname -I) --topology "$own/here.ini" >"$own/member.ini"
    machine=$(sed -n 's/^\([^ ]*\) = .*/\1/p' "$own/member.ini")
}

render() {
    rm -rf "$rendered"
    mkdir -m 700 "$rendered"
    cp -r "$own/secrets" "$rendered/secrets"
    # The cloud's balancer has the certificate, and whoever looks at it believes who browsers believe.
    touch "$rendered/secrets/tls.pem"
    cp /etc/ssl/certs/ca-certificates.crt "$rendered/secrets/ca.pem"
    ops render "$rendered" --topology ops/topology.ini --topology "ops/$cloud/topology.ini" \
        --topology "$own/here.ini" --topology "$own/member.ini"
    tar -C "$rendered/$machine" --owner=root --group=root -c . | tar -x --no-overwrite-dir -C /
    rm -rf "$rendered"
}

# Debian's packages may start nothing before it is configured (policy-rc.d, of the user-data).
start_services() {
    rm -f /usr/sbin/policy-rc.d
    systemd-tmpfiles --create || true # it also tells of folders that are none of ours
    systemctl daemon-reload
    # shellcheck disable=SC2046 # one word a unit
    systemctl enable $(cat "$own/services")
    # Not waited for: a database needs the others, a track server the volume.
    # shellcheck disable=SC2046 # the same
    systemctl restart --no-block $(cat "$own/services")
}

# User-data of OpenStack has secrets in it.
close_metadata() {
    install -m 755 ops/cloud/metadata.nft /etc/nftables.conf
    systemctl enable nftables
    systemctl restart nftables
}

make .venv/.installed cdpsfy/web/locale/es/LC_MESSAGES/cdpsfy.mo
mkdir -p "$own/secrets"
touch "$own/member.ini"
case $machine in
tracks | web) name_member ;;
esac
[ "$cloud" != openstack ] || close_metadata
render
start_services
