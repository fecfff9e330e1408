#!/bin/sh
# Prints the volume's client volfile, for a mount that asks no volfile server: the second way.
set -eu
. "$(dirname "$0")/messages.sh"

usage() {
    cat <<'TEXT'
usage: client-volfile.sh VOLUME HOST... >/etc/glusterfs/VOLUME.vol

Takes it from the first host that answers within 5 s. It holds what the volume is now: print it
again after the volume was grown, a node replaced, or an option set, and mount anew.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -ge 2 ] || { usage >&2 && exit 2; }
command -v gluster >/dev/null || fail "install glusterfs-cli"
volume=$1
shift
for host in "$@"; do
    volfile=$(timeout 5 gluster --mode=script --remote-host="$host" system:: getspec "$volume") ||
        continue
    # A node is told the pool's own user and password, which are for nobody's file.
    echo "$volfile" | sed '/^ *option \(username\|password\) /d'
    exit
done
fail "no host tells volume $volume: see whether glusterd runs on $* and knows it"
