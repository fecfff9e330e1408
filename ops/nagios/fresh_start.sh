#!/bin/sh
# Nagios' event handler for a machine that came back: fresh_start.sh STATE HOST OBJECTS COMMANDS
#
# What is not well on a machine that is down is certain at once, and so would be told in the moment in
# which the machine is up and one of its services not yet. So all of them are taken for well until
# they are looked at, and have as much time then as after any other fault.
#
# OBJECTS is Nagios' own list of what it watches, COMMANDS its command file.
set -eu
[ $# -eq 4 ] || { echo "usage: fresh_start.sh STATE HOST OBJECTS COMMANDS" >&2 && exit 2; }
[ "$1" = UP ] || exit 0
awk -v host="$2" -v now="$(date +%s)" '
    $1 == "define" { kind = $2 }
    $1 == "host_name" { owner = $2 }
    $1 == "service_description" && kind == "service" && owner == host {
        printf "[%s] PROCESS_SERVICE_CHECK_RESULT;%s;%s;0;OK: its machine came back\n", now, host, $2
    }' "$3" >"$4"
