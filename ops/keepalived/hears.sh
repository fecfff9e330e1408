#!/bin/sh
# Fails when nobody answers in one of the networks while the other balancer could do better:
# hears.sh OTHER ADDRESS... -- ADDRESS... [-- ADDRESS...]
#
# OTHER is host:port of the other balancer's figures, by the management network. Without that
# question, two balancers that hear nobody would both give up.
set -u

other=$1
shift
pids=

nobody_answers() {
    for pid in $pids; do
        wait "$pid" && return 1
    done
    return 0
}

for word in "$@" --; do
    if [ "$word" != -- ]; then
        ping -n -q -c 1 -W 1 "$word" >/dev/null 2>&1 &
        pids="$pids $!"
    elif nobody_answers && curl -sf -m 1 -o /dev/null "http://$other/healthz"; then
        exit 1
    else
        pids=
    fi
done
