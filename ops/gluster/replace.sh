#!/bin/sh
# Replaces a node of a volume by another one, or by itself after it was installed anew.
set -eu
here=$(dirname "$0")
. "$here/pool.sh"

usage() {
    cat <<'TEXT'
usage: replace.sh NAME OLD_HOST NEW_HOST BRICK_PATH

Run on another node of volume NAME, when node.sh has run on NEW_HOST: gives the place of
OLD_HOST:BRICK_PATH to NEW_HOST:BRICK_PATH, waits until all is copied to it (heal.sh), and takes
OLD_HOST out of the pool. With the same host twice, that host lost its disk or was installed anew:
it keeps its name and place. Run again, it goes on where it was.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -eq 4 ] || { usage >&2 && exit 2; }
name=$1 old=$2 new=$3 brick_path=$4

replace_brick() {
    has_brick "$name" "$old:$brick_path" || fail "$name has no brick $old:$brick_path"
    join_pool "$new"
    patiently volume replace-brick "$name" "$old:$brick_path" "$new:$brick_path" commit force
    say "$new has the place of $old"
}

# The pool lists a node that was installed anew as connected, though it has another uuid by now.
require_member() {
    wait_until 60 "glusterd on $new (run node.sh there; port 24007)" ask_uuid "$new"
    member=$(gluster pool list | awk -v host="$new" '$2 == host { print $1 }')
    [ -n "$member" ] || fail "$new is not in this pool: gluster pool list"
    [ "$member" = "$uuid" ] || fail "$new has lost its uuid. Run there:" \
        "node.sh --uuid $member --peer $(hostname) $brick_path; and then this again"
}

# A brick that lost its disk does not start, because Gluster's mark on its folder is missing. One that
# has its disk starts, if perhaps not at once.
reset_brick() {
    for _ in 1 2 3 4 5 6 7 8; do
        gluster volume start "$name" force >/dev/null || true
        sleep 3
        ! brick_is_online || return 0
    done
    patiently volume reset-brick "$name" "$new:$brick_path" start
    patiently volume reset-brick "$name" "$new:$brick_path" "$new:$brick_path" commit force
    say "$new:$brick_path begins anew"
}

brick_is_online() {
    gluster volume status "$name" "$new:$brick_path" detail | grep -q '^Online *: Y'
}

leave_pool() {
    gluster pool list | awk '{ print $2 }' | grep -Fqx -- "$old" ||
        { say "no $old in the pool (gluster pool list)" && return; }
    answer=$(gluster peer detach "$old" force) || fail "$old stays in the pool: $answer"
    say "$old left the pool"
}

require_volume "$name"
if [ "$old" = "$new" ]; then
    require_member
    reset_brick
elif ! has_brick "$name" "$new:$brick_path"; then
    replace_brick
elif has_brick "$name" "$old:$brick_path"; then
    fail "$old and $new both have a brick of $name; name a new node"
fi
"$here/heal.sh" "$name" "$((30 * 86400))"
[ "$old" = "$new" ] || leave_pool
