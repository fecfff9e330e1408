#!/bin/sh
# Fails unless somebody answers in each network: hears.sh ADDRESS... -- ADDRESS... [-- ADDRESS...]
set -u

pids=
somebody_answers() {
    for pid in $pids; do
        wait "$pid" && return 0
    done
    return 1
}

for word in "$@" --; do
    if [ "$word" = -- ]; then
        somebody_answers || exit 1
        pids=
    else
        ping -n -q -c 1 -W 1 "$word" >/dev/null 2>&1 &
        pids="$pids $!"
    fi
done
