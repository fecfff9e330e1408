#!/bin/sh
# Heals a volume: every brick serves, every node heals, and nothing waits to be copied to any of them.
set -eu
. "$(dirname "$0")/pool.sh"

usage() {
    cat <<'TEXT'
usage: heal.sh NAME [SECONDS]

Run on one node: starts the bricks and self-heal daemons of volume NAME that are down, has Gluster
heal, and waits until nothing is pending on any brick, at most SECONDS (3600 unless given). Exit code
1: one of them does not start, or entries are still pending then.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
[ $# -eq 1 ] || [ $# -eq 2 ] || { usage >&2 && exit 2; }
name=$1 patience=${2-3600}

# How many entries wait, over all bricks; nothing, while a brick gives no number.
pending() {
    gluster volume heal "$name" statistics heal-count |
        awk -v bricks="$(bricks "$name" | wc -l)" '
            /^Number of entries:/ { known++; sum += $4 }
            END { if (bricks > 0 && known == bricks) print sum + 0 }'
}

require_volume "$name"
start_processes "$name"
deadline=$(($(date +%s) + patience))
said=''
while left=$(pending) && [ "$left" != 0 ]; do
    [ "$(date +%s)" -lt "$deadline" ] ||
        fail "after $patience s ${left:-an unknown number of} entries are pending:" \
            "gluster volume heal $name info; gluster volume status $name"
    [ "$left" = "$said" ] || say "${left:-not every brick tells what is} pending"
    said=$left
    # Asked again and again: a healer that found a brick away sleeps until its next round.
    gluster volume heal "$name" >/dev/null || true
    sleep 3
done
say "$name: nothing pending on $(bricks "$name" | wc -l) bricks"
