#!/bin/sh
# Runs a command, and again until it succeeds or that was too long: persist.sh SECONDS COMMAND...
set -eu
deadline=$(($(date +%s) + $1))
shift
until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || { echo "persist: given up: $*" >&2 && exit 1; }
    sleep 2
done
