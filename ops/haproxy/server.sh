#!/bin/sh
# What this balancer does with one server: server.sh show | server.sh drain|ready|stop SERVER
#
#   show   how all servers are, and how many requests each has
#   drain  nothing new is sent to it; returns when it has finished what it has, or after a minute
#   ready  it is used again, as soon as it passes its checks; one in reserve is taken into use
#   stop   it is not asked for anything, not even how it is
set -eu

socket=${HAPROXY_SOCKET:-/run/haproxy/admin.sock}

say() {
    echo "$1" | socat - "$socket"
}

# backend, server, status, requests under way; a spare, like s1-alive in tracks, is its server once more
list() {
    say 'show stat -1 4 -1' | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR > 1 && NF { print $at["# pxname"], $at["svname"], $at["status"], $at["scur"] }'
}

set_state() {
    # Those of tracks_changes follow tracks, spares tracks_alive.
    backends=$(list | awk -v server="$2" '$2 == server && $1 != "tracks_changes" { print $1 }')
    if [ -z "$backends" ]; then
        echo "server.sh: there is no server $2; server.sh show lists them" >&2
        exit 1
    fi
    for backend in $backends; do
        said=$(say "set server $backend/$2 state $1")
        if [ -n "$said" ]; then
            echo "server.sh: $backend/$2: $said" >&2
            exit 1
        fi
    done
}

case ${1:-} in
show)
    list | awk '{ printf "%-16s %-9s %-8s %s\n", $1, $2, $3, $4 }'
    ;;
drain)
    set_state drain "$2"
    tries=0
    while list | awk -v server="$2" '$2 == server || $2 == server "-alive" { busy += $4 } END { exit !busy }'; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ]; then
            echo "server.sh: $2 is still busy" >&2
            exit 1
        fi
        sleep 0.2
    done
    ;;
ready) set_state ready "$2" ;;
stop) set_state maint "$2" ;;
*)
    sed -n '2,/^set/s/^# *//p' "$0" >&2
    exit 2
    ;;
esac
