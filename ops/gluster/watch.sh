#!/bin/sh
# Looks whether a mounted volume answers, and runs a command when its client is dead or hangs.
set -eu

usage() {
    cat <<'TEXT'
usage: watch.sh MOUNTPOINT COMMAND...

Asks for MOUNTPOINT/.cdpsfy-volume, which `cdpsfy storage init` writes. When nothing is mounted, the
client is dead, or there is no answer within 15 s, it runs the command, which is to mount anew.
Exit code 1: the client lives, but the volume does not answer or has no such file.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -ge 2 ] || { usage >&2 && exit 2; }
mountpoint=${1%/}
shift
. "$(dirname "$0")/client.sh"

state=error
! is_mounted || state=$(ask "$mountpoint/.cdpsfy-volume")
case $state in
answers) exit ;;
error) ! is_mounted || [ -z "$(clients)" ] ||
    fail "$mountpoint is mounted, but .cdpsfy-volume cannot be seen: gluster volume status, and" \
        "cdpsfy storage init if the volume is new" ;;
esac
say "the mount at $mountpoint is dead; running $*"
exec "$@"
