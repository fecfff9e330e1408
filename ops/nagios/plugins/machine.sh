#!/bin/sh
# Whether a machine lives: a process on it answers, or its kernel says that none listens.
#
# A frozen machine answers pings and takes connections, because its kernel does; only that a process
# answers tells it from a living one. A machine that refuses the connection lives: what does not run
# there is another check's to tell. But one that was down is up only when it answers: until then its
# services are still being started.
#
# In shell, because it is made for every machine, again and again.
set -u
[ $# -ge 3 ] || { echo "UNKNOWN: usage: machine.sh ADDRESS PORT SECONDS [STATE_BEFORE]" && exit 3; }
address=$1 port=$2 seconds=$3 before=${4-UP}

said=$(/usr/lib/nagios/plugins/check_nrpe -H "$address" -p "$port" -u -t "$seconds" 2>&1)
case $said in
NRPE\ v*) echo "OK: $address answers" && exit 0 ;;
*refused*)
    [ "$before" = UP ] || { echo "CRITICAL: $address lives, and its port $port is closed" && exit 2; }
    echo "OK: $address lives; its port $port is closed" && exit 0
    ;;
# It began to answer, and then did not let Nagios in.
*handshake* | *"allowed_hosts"*) echo "OK: $address lives; $said" && exit 0 ;;
esac
if ping -q -c 1 -W 1 "$address" >/dev/null 2>&1; then
    echo "CRITICAL: $address is frozen: it answers pings, and no process does within $seconds s"
else
    echo "CRITICAL: $address is off or cut off: no answer within $seconds s"
fi
exit 2
