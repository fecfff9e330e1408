#!/bin/sh
# Nagios' event handler for a machine that came back: fresh_start.sh STATE HOST STATUS COMMANDS
#
# What is not well on a machine that is down is certain at once, and so would be told in the moment in
# which the machine is up and one of its services not yet. So what was not told is taken for well until
# it is looked at, and has as much time then as after any other fault.
#
# STATUS is Nagios' own file of what it sees, COMMANDS the file in which it takes commands.
set -eu
[ $# -eq 4 ] || { echo "usage: fresh_start.sh STATE HOST STATUS COMMANDS" >&2 && exit 2; }
[ "$1" = UP ] || exit 0
awk -F= -v host="$2" -v now="$(date +%s)" '
    /^[a-z]+ {/ { kind = $0; split("", is) }
    /^\t[a-z_]+=/ { is[substr($1, 2)] = $2 }
    /^\t}/ && kind ~ /^servicestatus/ && is["host_name"] == host && is["current_state"] != 0 &&
        is["current_notification_number"] == 0 {
        printf "[%s] PROCESS_SERVICE_CHECK_RESULT;%s;%s;0;OK: its machine came back\n", now, host,
            is["service_description"]
    }' "$3" >"$4"
