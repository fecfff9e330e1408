#!/bin/sh
# Runs a command and notes down, for Nagios, how it ended and what it said last.
set -u

usage() {
    cat <<'TEXT'
usage: record.sh [--twice SECONDS] FILE COMMAND...

Writes FILE: the exit code in the first line, then the last lines that the command said. With --twice,
a result that is not well is looked at again after so many seconds, and the second one counts. Ends as
the command ends.
TEXT
}

[ "${1-}" != --help ] || { usage && exit; }
again=''
[ "${1-}" != --twice ] || { again=${2-} && shift 2; }
[ $# -ge 2 ] || { usage >&2 && exit 3; }
file=$1
shift

run() {
    "$@" >"$file.said" 2>&1
    code=$?
    cat "$file.said"
}

run "$@"
if [ -n "$again" ] && [ "$code" -ne 0 ]; then
    sleep "$again"
    run "$@"
fi
{ echo "$code" && tail -n 20 "$file.said"; } >"$file.new"
chmod 644 "$file.new"
mv "$file.new" "$file"
rm "$file.said"
exit "$code"
