#!/bin/sh
# Nagios' event handler for every service:
# look_at_causes.sh STATE TYPE HOSTSTATE HOST SERVICE OBJECTS COMMANDS AGAIN
#
# As soon as something is not well, what may be its cause is looked at, too: the cause is known, then,
# before the consequence is certain and told. Nagios itself does that for machines only; 4.4.6 reads
# enable_predictive_service_dependency_checks and has nothing that heeds it. Nor does it look at a machine
# that it found up within the last second, and may not do so again before its service is told: so the
# machine is looked at a second later.
#
# Every look counts, and some make Nagios certain. So a cause with many consequences is not looked at for
# each of them, nor when it was found not well itself, but once in AGAIN seconds, as Nagios would.
#
# OBJECTS is Nagios' own file of what it watches, COMMANDS the file in which it takes commands. The looks
# of the last AGAIN seconds are kept beside OBJECTS.
set -eu
[ $# -eq 8 ] ||
    { echo "usage: look_at_causes.sh STATE TYPE HOSTSTATE HOST SERVICE OBJECTS COMMANDS AGAIN" >&2 && exit 2; }
[ "$1" != OK ] && [ "$2" = SOFT ] || exit 0
looks=$(dirname "$6")/looks
exec 9>>"$looks"
flock 9
awk -v host_state="$3" -v host="$4" -v service="$5" -v looks="$looks" -v again="$8" -v now="$(date +%s)" '
    BEGIN {
        if (host_state == "UP") printf "[%s] SCHEDULE_HOST_CHECK;%s;%s\n", now, host, now + 1
        while ((getline line <looks) > 0) {
            split(line, look, "\t")
            if (now - look[1] < again) looked[look[2]] = look[1]
        }
        looked[host ";" service] = now
    }
    /^define / { kind = $2; split("", is) }
    /^\t[a-z_]+\t/ { name = $1; sub(/^\t[a-z_]+\t+/, ""); is[name] = $0 }
    /^\t}/ && kind == "servicedependency" && is["dependent_host_name"] == host &&
        is["dependent_service_description"] == service {
        cause = is["host_name"] ";" is["service_description"]
        if (cause in looked) next
        printf "[%s] SCHEDULE_SVC_CHECK;%s;%s\n", now, cause, now
        looked[cause] = now
    }
    END {
        close(looks)
        for (each in looked) printf "%s\t%s\n", looked[each], each >looks
    }' "$6" >"$7"
