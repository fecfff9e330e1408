#!/bin/sh
# Whether this machine holds an address that moves between machines: OK, or WARNING if not.
set -u
[ $# -eq 1 ] || { echo "UNKNOWN: usage: holds.sh ADDRESS" && exit 3; }
held=$(ip -4 -o address show to "$1") || { echo "UNKNOWN: ip does not say" && exit 3; }
[ -n "$held" ] || { echo "WARNING: $1 is not here" && exit 1; }
echo "OK: $1 is here"
