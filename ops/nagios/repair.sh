#!/bin/sh
# Repairs what Nagios found broken on this machine, in the background: as root, by sudoers.
set -eu

usage() {
    cat <<'TEXT'
usage: repair.sh bricks VOLUME    start what does not run of a nas: bricks, self-heal daemon; heal
       repair.sh mount            mount the volume anew

Returns at once. A repair waits for one that is under way: what broke meanwhile would not be told again.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
here=$(dirname "$0") lock=/run/cdpsfy-repair.lock
case ${1-} in
# Half a minute is enough to start what does not run, and to have Gluster heal; it goes on by itself.
bricks) set -- "$here/../gluster/heal.sh" "$2" 30 ;;
mount) set -- systemctl restart cdpsfy-nas.service ;;
*) usage >&2 && exit 3 ;;
esac
log=/var/log/cdpsfy-repair.log
said=begun
flock --nonblock "$lock" true || said='another one is under way, and then'
echo "$(date -u +%FT%TZ) $said: $*" >>"$log"
# With a node away, heal.sh waits for its bricks for two minutes, and starts all others meanwhile.
setsid --fork sh -c 'flock --timeout 240 "$@" || echo "ended with $?: $*"' repair "$lock" "$@" \
    </dev/null >>"$log" 2>&1
echo "OK: $said: $*"
