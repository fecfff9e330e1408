#!/bin/sh
# Repairs what Nagios found broken on this machine, in the background: as root, by sudoers.
set -eu

usage() {
    cat <<'TEXT'
usage: repair.sh bricks VOLUME    start what does not run of a nas: bricks, self-heal daemon; heal
       repair.sh mount            mount the volume anew

Returns at once. A repair that is under way is not begun again.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
here=$(dirname "$0")
case ${1-} in
bricks) set -- "$here/../gluster/heal.sh" "$2" 600 ;;
mount) set -- systemctl restart cdpsfy-nas.service ;;
*) usage >&2 && exit 3 ;;
esac
log=/var/log/cdpsfy-repair.log
echo "$(date -u +%FT%TZ) $*" >>"$log"
setsid --fork flock --nonblock /run/cdpsfy-repair.lock "$@" </dev/null >>"$log" 2>&1
echo "OK: begun: $*"
