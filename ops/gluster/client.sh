# shellcheck shell=sh disable=SC2154
# What mount.sh and watch.sh know of the FUSE client that serves $mountpoint. Sourced, after that is
# set.

. "$(dirname "$0")/messages.sh"

patience=15 # seconds; the volume waits 10 for a silent node before it answers

is_mounted() {
    awk -v path="$mountpoint" '$2 == path && $3 == "fuse.glusterfs" { found = 1 } END { exit !found }' \
        /proc/self/mounts
}

# The numbers of the clients' processes: those which name the mount point last.
clients() {
    for pid in $(pgrep -x glusterfs); do
        last=$(tr '\0' '\n' <"/proc/$pid/cmdline" | tail -n 1) 2>/dev/null
        [ "$last" != "$mountpoint" ] || echo "$pid"
    done
}

# Asks for file $1: `answers`, `error` or, after the patience, `hangs`. It asks for the file system
# around it, too, which the kernel does not answer from memory. A stat that hangs is left behind:
# once the client has taken the question, no signal ends it before the client does.
ask() {
    stat -f "$1" >/dev/null 2>&1 &
    question=$!
    deadline=$(($(date +%s) + patience))
    while kill -0 "$question" 2>/dev/null; do
        [ "$(date +%s)" -lt "$deadline" ] || { echo hangs && return; }
        sleep 0.1
    done
    if wait "$question"; then echo answers; else echo error; fi
}
