#!/bin/sh
# Runs a module of this package, as `run.sh plugins.ready http://10.1.2.31:6543`: with the system's
# Python and its standard library alone. So watching needs nothing of what it watches, starts quicker,
# and works for a user who may not enter the project's environment.
set -eu
PYTHONPATH=$(dirname "$(readlink -f "$0")")/../..
export PYTHONPATH
module=$1
shift
exec /usr/bin/python3 -S -m "ops.nagios.$module" "$@"
