#!/bin/sh
# Whether Nagios reaches anybody: network.sh ADDRESS... If not one machine answers within 2 s, it is
# Nagios that is cut off.
set -u
[ $# -gt 0 ] || { echo "UNKNOWN: usage: network.sh ADDRESS..." && exit 3; }

# All are asked at once; the first answer is enough.
first=$(
    for address; do
        { ping -q -c 1 -W 2 "$address" >/dev/null 2>&1 && echo "$address"; } &
    done | head -n 1
)
[ -n "$first" ] || { echo "CRITICAL: none of $# machines answers within 2 s" && exit 2; }
echo "OK: $first answers"
