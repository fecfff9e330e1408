#!/bin/sh
# Nagios' event handler for every service:
# look_at_causes.sh STATE TYPE HOSTSTATE HOST SERVICE OBJECTS COMMANDS
#
# As soon as something is not well, what may be its cause is looked at, too: the cause is known, then,
# before the consequence is certain and told. Nagios itself does that for machines only; 4.4.6 reads
# enable_predictive_service_dependency_checks and has nothing that heeds it. Nor does it look at a machine
# that it found up within the last second, and may not do so again before its service is told: so the
# machine is looked at a second later.
#
# OBJECTS is Nagios' own file of what it watches, COMMANDS the file in which it takes commands.
set -eu
[ $# -eq 7 ] ||
    { echo "usage: look_at_causes.sh STATE TYPE HOSTSTATE HOST SERVICE OBJECTS COMMANDS" >&2 && exit 2; }
[ "$1" != OK ] && [ "$2" = SOFT ] || exit 0
awk -v host_state="$3" -v host="$4" -v service="$5" -v now="$(date +%s)" '
    BEGIN { if (host_state == "UP") printf "[%s] SCHEDULE_HOST_CHECK;%s;%s\n", now, host, now + 1 }
    /^define / { kind = $2; split("", is) }
    /^\t[a-z_]+\t/ { name = $1; sub(/^\t[a-z_]+\t+/, ""); is[name] = $0 }
    /^\t}/ && kind == "servicedependency" && is["dependent_host_name"] == host &&
        is["dependent_service_description"] == service {
        cause = is["host_name"] ";" is["service_description"]
        if (!(cause in said)) printf "[%s] SCHEDULE_SVC_CHECK;%s;%s\n", now, cause, now
        said[cause]
    }' "$6" >"$7"
