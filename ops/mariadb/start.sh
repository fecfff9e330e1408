#!/bin/sh
# Starts this machine's node of the database: start.sh CHECK_PORT OTHER_ADDRESS...
#
# It joins the others. Only who was the last to leave may begin alone, for it alone has everything:
# MariaDB says so in grastate.dat, and nobody else may be serving by now.
set -eu

port=$1; shift
data=$(my_print_defaults mysqld | sed -n 's/^--datadir=//p' | tail -n 1)
state=${data:=/var/lib/mysql}/grastate.dat

somebody_serves() {
    for address in "$@"; do
        curl -sf -m 1 -o /dev/null "http://$address:$port/primary" && return 0
    done
    return 1
}

# One answer that does not come is no proof: the others may be on their way up, too.
nobody_serves_for_a_while() {
    for _ in 1 2 3 4 5; do
        ! somebody_serves "$@" || return 1
        sleep 1
    done
}

if grep -qs '^safe_to_bootstrap: 1' "$state" && nobody_serves_for_a_while "$@"; then
    echo "begins alone: was the last to leave, and nobody serves" >&2
    exec mariadbd --wsrep-new-cluster
fi
# After a crash the position stands in InnoDB only. Where there is no data at all, it comes whole.
if grep -qs '^seqno: *-1' "$state"; then
    position=$(galera_recovery)
    # shellcheck disable=SC2086 # empty is no argument
    exec mariadbd $position
fi
exec mariadbd
