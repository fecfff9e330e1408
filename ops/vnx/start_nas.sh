#!/bin/sh
# Makes this container a node again, or for the first time; what its brick holds is never touched:
# start_nas.sh BRICK_PATH
#
# The brick and glusterd's state lie on the host and outlive the container. One that was made anew is the
# same machine as long as it has them, so it takes its number again; node.sh would take it for a clone.
set -eu
known=/var/lib/glusterd/cdpsfy-machine-id
[ ! -s "$known" ] || cut -d ' ' -f 1 "$known" >/etc/machine-id
exec "$(dirname "$0")/../gluster/node.sh" --any-filesystem "$1"
