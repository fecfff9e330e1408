#!/bin/sh
# Whether a process runs, and is not stopped: process.sh NAME TEXT, which its command line holds. It
# asks nobody who could hang. In shell, because it is run again and again.
set -u
[ $# -eq 2 ] || { echo "UNKNOWN: usage: process.sh NAME TEXT" && exit 3; }
name=$1 text=$2

found=$(ps -ww -C "$name" -o stat=,pid=,args= | awk -v text="$text" '
    index($0, text) { if ($1 ~ /^[TtZ]/) stopped = $2; else running = running " " $2 }
    END { if (running) print "runs as" running; else if (stopped) print "stopped " stopped }')
case $found in
runs*) echo "OK: $name ($text) $found" && exit 0 ;;
stopped*) echo "CRITICAL: $name ($text) does not move: process ${found#stopped } is stopped" ;;
*) echo "CRITICAL: no process $name ($text)" ;;
esac
exit 2
