#!/bin/sh
# Names a machine's interfaces like their networks, as keepalived expects it: name_networks.sh eth1=clients ...
#
# VNX calls them by their numbers. Each one is waited for until it has its address; one that is named
# already is left as it is.
set -eu

has_address() {
    ip -4 -o address show dev "$1" | grep -q ' inet '
}

for pair in "$@"; do
    from=${pair%%=*} to=${pair#*=}
    [ ! -e "/sys/class/net/$to" ] || continue
    tries=0
    until has_address "$from"; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || { echo "name_networks: $from has no address after 30 s" >&2 && exit 1; }
        sleep 0.1
    done
    # The address stays meanwhile.
    ip link set "$from" down
    ip link set "$from" name "$to"
    ip link set "$to" up
done
