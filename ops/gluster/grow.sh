#!/bin/sh
# Grows a volume by three nodes, and moves its share of the files to them.
set -eu
. "$(dirname "$0")/pool.sh"

usage() {
    cat <<'TEXT'
usage: grow.sh NAME BRICK_PATH HOST HOST HOST

Run on a node of volume NAME, when node.sh has run on the three new hosts: joins them to the pool,
adds HOST:BRICK_PATH as a replica set, rebalances, and waits until that is completed. The volume
serves meanwhile. Run again, it goes on where it was.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -eq 5 ] || { usage >&2 && exit 2; }
name=$1 brick_path=$2
shift 2

# A folder that was made while there was one replica set lacks the mark of the set that keeps its
# owner and mode. A client that meets it after add-brick takes both from the new set, which has none
# yet, and the folder is root's, with mode 000, everywhere. The mark is out of reach above the
# distribution, so it is set through a mount of the replica set alone.
mark_folders() {
    view=$(mktemp -d)
    trap 'umount -l "$view"; rmdir "$view"; rm -f "$view.vol"' EXIT
    gluster system:: getspec "$name" | sed "/^volume $name-dht\$/,\$d" >"$view.vol"
    glusterfs --volfile="$view.vol" "$view"
    find "$view" -mindepth 1 -type d -exec setfattr -n trusted.glusterfs.dht.mds -v 0x00000000 {} +
}

add_bricks() {
    for new in "$@"; do
        shift
        set -- "$@" "$new:$brick_path"
    done
    patiently volume add-brick "$name" replica 3 "$@"
    say "added $*"
}

# in progress, failed, stopped, not started or completed: the least of all nodes; or unknown.
rebalance_state() {
    for pause in 1 2 4 8 0; do
        status=$(gluster volume rebalance "$name" status) && break
        case $status in *" not started "*) break ;; esac
        sleep "$pause"
    done
    for state in "in progress" failed stopped "not started" completed; do
        case $status in *" $state "*) echo "$state" && return ;; esac
    done
    echo unknown
}

rebalance() {
    [ "$(rebalance_state)" = "in progress" ] || patiently volume rebalance "$name" start
    # The new process is not in the status at once.
    sleep 3
    while state=$(rebalance_state) && [ "$state" = "in progress" ]; do
        say "rebalancing: $(moved) files moved"
        sleep 5
    done
    [ "$state" = completed ] || fail "the rebalance is $state: gluster volume rebalance $name status"
    say "$name: rebalanced, $(moved) files moved"
}

moved() {
    gluster volume rebalance "$name" status | awk '$2 ~ /^[0-9]+$/ { sum += $2 } END { print sum + 0 }'
}

require_volume "$name"
found=$(bricks "$name" | wc -l)
[ "$found" -ge 3 ] || fail "the pool does not tell the bricks of $name: gluster volume info $name"
missing=0
for host in "$@"; do
    join_pool "$host"
    has_brick "$name" "$host:$brick_path" || missing=$((missing + 1))
done
case $missing in
0) ;;
3)
    # In a subshell, whose end is that of the mount.
    [ "$found" -ne 3 ] || (mark_folders)
    add_bricks "$@"
    ;;
*) fail "$name has some of these bricks, in another set: gluster volume info $name" ;;
esac
start_processes "$name"
[ "$missing" -gt 0 ] || [ "$(rebalance_state)" != completed ] ||
    { say "$name is rebalanced; nothing to do" && exit; }
rebalance
