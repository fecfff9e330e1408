#!/bin/sh
# Mounts a volume by FUSE through whichever node answers, and replaces a mount that died.
set -eu

usage() {
    cat <<'TEXT'
usage: mount.sh VOLUME MOUNTPOINT HOST...

Each host in turn is the first to be asked for the volume, the others stand behind it; one that
keeps silent (frozen, or cut off) costs 15 s. A mount that answers is left as it is; a dead one is
let go and made anew. Exit code 1: no host led to the volume.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -ge 3 ] || { usage >&2 && exit 2; }
volume=$1 mountpoint=${2%/}
shift 2
. "$(dirname "$0")/client.sh"
command -v glusterfs >/dev/null || fail "install glusterfs-client"
pid_file=/run/cdpsfy-mount$(echo "$mountpoint" | tr / -).pid

# Ends the clients and lets go of the mount point, even under open files.
release() {
    for pid in $(clients); do
        kill -KILL "$pid" || true
    done
    while is_mounted; do
        umount -l "$mountpoint"
    done
}

# An unmounted mount point would silently take writes: it is empty and stays so.
prepare() {
    mkdir -p "$mountpoint"
    [ -z "$(ls -A "$mountpoint")" ] ||
        fail "$mountpoint holds files, which a mount would hide: move them away"
    chattr +i "$mountpoint" 2>/dev/null || say "cannot make $mountpoint immutable here"
}

# Mounts through the hosts, the first one first; whether the volume answered in time.
attempt() {
    for server in "$@"; do
        shift
        set -- "$@" "--volfile-server=$server"
    done
    setsid glusterfs --no-daemon --log-level=WARNING "$@" "--volfile-id=/$volume" "$mountpoint" \
        </dev/null >/dev/null 2>&1 &
    client=$!
    deadline=$(($(date +%s) + patience))
    until is_mounted; do
        sleep 0.1
        kill -0 "$client" 2>/dev/null || return 1
        [ "$(date +%s)" -lt "$deadline" ] || return 1
    done
    [ "$(ask "$mountpoint")" = answers ] || return 1
    # A client that gave up meanwhile has let go: it was the bare folder that answered.
    is_mounted || return 1
    echo "$client" >"$pid_file"
}

if is_mounted; then
    state=$(ask "$mountpoint")
    [ "$state" != answers ] || { say "$mountpoint is mounted and answers; nothing to do" && exit; }
    # A living client finds its way back by itself, when two of three nodes serve again.
    [ "$state" = hangs ] || [ -z "$(clients)" ] ||
        fail "the client of $mountpoint runs, the volume does not answer: gluster volume status $volume"
    say "the mount at $mountpoint is dead ($state)"
fi
release
prepare
for host in "$@"; do
    if attempt "$@"; then
        say "mounted $volume at $mountpoint, asking $1 first"
        exit
    fi
    say "no way to $volume by $1"
    release
    shift
    set -- "$@" "$host"
done
fail "no host leads to $volume: see whether glusterd runs on $* and knows it (gluster volume info)"
