#!/bin/sh
# Makes this Debian 12 machine a node that can carry a brick; it never touches what a brick holds.
set -eu
here=$(dirname "$0")
. "$here/messages.sh"
state=/var/lib/glusterd
made_for=$state/cdpsfy-machine-id
pid_file=/run/glusterd.pid

usage() {
    cat <<'TEXT'
usage: node.sh [--any-filesystem] [--uuid UUID --peer HOST] BRICK_PATH

Installs glusterfs-server, runs glusterd, gives a cloned machine a uuid of its own, and checks that
a brick may lie at BRICK_PATH: on an XFS of its own (inodes of 512 bytes or more), and free or of a
volume that this node belongs to. A second run changes nothing.

  --uuid UUID --peer HOST  this machine was installed anew: it takes its old uuid and its old place
                           in the pool of HOST (replace.sh says which)
  --any-filesystem         for trials: take a folder on any file system
TEXT
}

any_filesystem='' old_uuid='' peer=''
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage && exit ;;
    --any-filesystem) any_filesystem=yes && shift ;;
    --uuid) [ $# -gt 1 ] || fail "--uuid needs a uuid" && old_uuid=$2 && shift 2 ;;
    --peer) [ $# -gt 1 ] || fail "--peer needs a host" && peer=$2 && shift 2 ;;
    -*) fail "unknown option $1; try --help" ;;
    *) break ;;
    esac
done
[ $# -eq 1 ] || { usage >&2 && exit 2; }
[ -z "$old_uuid" ] || [ -n "$peer" ] || fail "--uuid needs --peer, a node of the pool"
echo "$old_uuid" | grep -Eqx '([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?' || fail "$old_uuid is no uuid"
[ "$(id -u)" -eq 0 ] || fail "run as root"
brick=$1

gluster() {
    command gluster --mode=script "$@" 2>&1
}

install_packages() {
    command -v glusterd >/dev/null && return
    say "installing glusterfs-server"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --no-install-recommends glusterfs-server >/dev/null
}

require_own_xfs() {
    make="make one (mkfs.xfs -i size=512 DEVICE) and mount it there by /etc/fstab"
    mountpoint -q "$1" || fail "no file system of its own is mounted at $1: $make"
    [ "$(stat -f -c %T "$1")" = xfs ] || fail "the file system at $1 is no XFS: $make"
    isize=$(xfs_info "$1" | sed -n 's/.*isize=\([0-9]*\).*/\1/p')
    [ "$isize" -ge 512 ] ||
        fail "the inodes of $1 have $isize bytes; Gluster's attributes and ours want 512: $make"
}

glusterd_answers() {
    gluster pool list >/dev/null
}

start_glusterd() {
    if [ -d /run/systemd/system ]; then
        systemctl enable --quiet --now glusterd
    else
        glusterd_answers || glusterd -p "$pid_file"
    fi
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        glusterd_answers && return
        sleep 1
    done
    fail "glusterd does not answer: see /var/log/glusterfs/glusterd.log"
}

stop_glusterd() {
    if [ -d /run/systemd/system ]; then
        systemctl stop glusterd
    else
        kill "$(cat "$pid_file")"
        while glusterd_answers; do sleep 0.2; done
    fi
}

# The whole unit is replaced: Debian's starts before network-online.target, and no drop-in can take
# an ordering back.
install_unit() {
    [ -d /run/systemd/system ] || return 0
    cmp -s "$here/systemd/glusterd.service" /etc/systemd/system/glusterd.service && return
    say "installing glusterd.service"
    cp "$here/systemd/glusterd.service" /etc/systemd/system/
    systemctl daemon-reload
}

belongs_to_a_pool() {
    gluster peer status | grep -q '^State: Peer in Cluster' || [ -n "$(ls "$state/vols")" ]
}

uuid() {
    gluster system:: uuid get | sed -n 's/^UUID: //p'
}

# Many a clone keeps /etc/machine-id; none can be a node before it has a name of its own.
machine() {
    echo "$(cat /etc/machine-id) $(hostname)"
}

# A member's clone that only starts already speaks to the pool in the member's name.
refuse_clone_of_member() {
    [ -e "$made_for" ] && [ "$(cat "$made_for")" != "$(machine)" ] || return 0
    [ -z "$(ls "$state/peers")" ] ||
        fail "the uuid of this node was made for another machine ($(cut -d ' ' -f 2 "$made_for"))," \
            "and it belongs to a pool. If this machine is a clone, see that glusterd does not run and" \
            "empty $state/peers and $state/vols. If it is the same one under another name, remove" \
            "$made_for. Then run this again"
}

# A uuid that nobody knows yet costs nothing to change, so it is changed unless it was surely made
# on this machine. One that a pool knows is never changed.
settle_uuid() {
    [ "$(cat "$made_for" 2>/dev/null)" != "$(machine)" ] || return 0
    if ! belongs_to_a_pool; then
        answer=$(gluster system:: uuid reset) || fail "cannot change the uuid: $answer"
        say "made uuid $(uuid) for this machine"
    fi
    machine >"$made_for"
}

take_old_uuid() {
    if [ "$(uuid)" != "$old_uuid" ]; then
        ! belongs_to_a_pool || fail "this node belongs to a pool by its uuid $(uuid), which stays"
        stop_glusterd
        sed -i "s/^UUID=.*/UUID=$old_uuid/" "$state/glusterd.info"
        start_glusterd
        machine >"$made_for"
    elif [ -n "$(ls "$state/vols")" ]; then
        return 0
    fi
    answer=$(gluster peer probe "$peer") || fail "gluster peer probe $peer: $answer"
    enter_pool
    say "took back uuid $old_uuid"
}

# Starts glusterd until it knew the volumes when it started. A start ends the dispute of two nodes
# that greeted each other at once; and a volume that is only heard of has bricks without a real
# path, which reset-brick takes for strangers.
enter_pool() {
    for _ in 1 2 3 4 5; do
        sleep 3
        await_hosts
        known=$(ls "$state/vols")
        stop_glusterd
        start_glusterd
        [ -z "$known" ] || return 0
    done
    fail "$peer does not tell its volumes: gluster peer status"
}

# A glusterd that is stopped when it has heard of a volume, but not yet of every host of it, does not
# start again ("Failed to resolve brick").
await_hosts() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        knows_all_hosts && return
        sleep 1
    done
}

knows_all_hosts() {
    members=$(gluster pool list | awk '{ print $2 }')
    for host in $(gluster volume info | sed -n 's/^Brick[0-9][0-9]*: \(.*\):.*/\1/p'); do
        [ "$host" = "$(hostname)" ] || echo "$members" | grep -Fqx -- "$host" || return 1
    done
}

# The volume a brick belongs to, by the mark that Gluster leaves on its folder.
volume_id() {
    getfattr --absolute-names -e hex -n trusted.glusterfs.volume-id "$1" 2>/dev/null |
        sed -n 's/^trusted.glusterfs.volume-id=0x//p'
}

require_usable_brick() {
    [ -e "$1" ] || return 0
    id=$(volume_id "$1")
    if [ -z "$id" ]; then
        [ -z "$(ls -A "$1")" ] ||
            fail "$1 holds data and belongs to no volume: move it away, or name another folder"
    elif ! sed -n 's/^volume-id=//p' "$state"/vols/*/info 2>/dev/null | tr -d - | grep -qx "$id"; then
        fail "$1 holds the brick of a volume that this node does not belong to (volume-id $id):" \
            "nothing was touched. If the node was installed anew, see --uuid; otherwise name another" \
            "folder"
    fi
}

install_packages
[ -n "$any_filesystem" ] || require_own_xfs "$(dirname "$brick")"
install_unit
refuse_clone_of_member
start_glusterd
if [ -n "$old_uuid" ]; then take_old_uuid; else settle_uuid; fi
require_usable_brick "$brick"
say "ready for $brick, uuid $(uuid)"
