# shellcheck shell=sh
# What volume.sh, grow.sh, replace.sh and heal.sh share: they ask the glusterd of the node they run
# on. Sourced.

. "$(dirname "$0")/messages.sh"

gluster() {
    command gluster --mode=script "$@" 2>&1
}

# Runs a gluster command, again for a while when the pool is busy; $answer is what it said.
patiently() {
    for pause in 1 2 4 8 0; do
        answer=$(gluster "$@") && return
        case $answer in
        *"nother transaction"* | *"ocking failed"* | *"timed out"* | *"not in 'Peer in Cluster'"* | \
            *"not connected"*) sleep "$pause" ;;
        *) break ;;
        esac
    done
    fail "gluster $*: $answer"
}

# wait_until SECONDS WHAT COMMAND...: returns when the command succeeds.
wait_until() {
    seconds=$1 what=$2
    shift 2
    deadline=$(($(date +%s) + seconds))
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "waited $seconds s in vain for $what"
        sleep 1
    done
}

glusterd_answers() {
    gluster pool list >/dev/null
}

# The bricks of volume $1, HOST:PATH, one a line in the order of their replica sets.
bricks() {
    gluster volume info "$1" | sed -n 's/^Brick[0-9][0-9]*: //p'
}

# Whether volume $1 has brick $2.
has_brick() {
    bricks "$1" | grep -Fqx -- "$2"
}

volume_exists() {
    gluster volume list | grep -Fqx -- "$1"
}

require_volume() {
    wait_until 30 "glusterd on this node" glusterd_answers
    notice_silence
    volume_exists "$1" || fail "there is no volume $1 here; gluster volume list shows what there is"
}

# A glusterd that asks a peer which went silent waits for a quarter of an hour, and keeps everybody
# else waiting; unless it noticed the silence (by TCP keepalive) before it asked. So let it notice.
notice_silence() {
    for host in $(gluster pool list | awk '$3 == "Connected" && $2 != "localhost" { print $2 }'); do
        wait_until 60 "$host, which is silent; the pool takes it for connected until it is off" \
            is_settled "$host"
    done
}

# Whether host $1 answers, or is known not to.
is_settled() {
    ask_uuid "$1" || is_disconnected "$1"
}

is_disconnected() {
    gluster pool list | awk -v host="$1" '$2 == host && $3 != "Connected" { found = 1 } END { exit !found }'
}

# Makes host $1 a member of the pool, if it is none.
join_pool() {
    wait_until 60 "glusterd on $1 (run node.sh there; port 24007)" ask_uuid "$1"
    member=$(gluster pool list | awk -v uuid="$uuid" '$1 == uuid { print $2 }')
    case $member in
    "$1") ;;
    '' | localhost) probe "$1" ;;
    # To probe a clone would take it for the node that it was copied from, and spoil the pool.
    *) [ "$(address "$1")" = "$(address "$member")" ] || refuse_clone "$1" "$member" ;;
    esac
}

# Sets $uuid to that of host $1; a frozen glusterd would keep the question for minutes.
ask_uuid() {
    uuid=$(timeout 10 gluster --remote-host="$1" system:: uuid get 2>/dev/null) || return
    uuid=${uuid#UUID: }
}

probe() {
    answer=$(gluster peer probe "$1") || true
    case $answer in
    *"localhost not needed"*) ;;
    *"same as local uuid"*) refuse_clone "$1" "this node" ;;
    *success*) say "$1 joined the pool" ;;
    *) fail "gluster peer probe $1: $answer" ;;
    esac
}

refuse_clone() {
    fail "$1 has the uuid of $2, as a clone has: run node.sh on $1, then this again"
}

address() {
    getent hosts "$1" | awk '{ print $1 }'
}

# Starts the bricks and self-heal daemons of volume $1 that are down, and waits until all are up.
start_processes() {
    all_online "$1" ||
        wait_until 120 "all bricks and self-heal daemons of $1: gluster volume status $1" revive "$1"
}

# One `start force` sometimes starts nothing, so it is said until the status shows all.
revive() {
    gluster volume start "$1" force >/dev/null || true
    sleep 2
    all_online "$1"
}

# A brick whose node is away is not in the status at all.
all_online() {
    online=$(gluster volume status "$1" detail | grep -c '^Online *: Y') || true
    [ "$online" -gt 0 ] && [ "$online" -eq "$(bricks "$1" | wc -l)" ] &&
        ! gluster volume status "$1" shd | grep -q ' N  *N/A *$'
}
