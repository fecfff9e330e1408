#!/bin/sh
# Tells CloudFormation whether this machine of a group can serve: an update goes on, or back.
set -eu

usage() {
    cat <<'TEXT'
usage: ready.sh REGION STACK GROUP PORT

Waits for fifteen minutes at most until /readyz on PORT says yes, and signals success or failure to the
resource GROUP of the stack. When nothing is being updated, nobody listens, and that is no fault.
TEXT
}

[ $# -eq 4 ] || { usage >&2 && exit 2; }
region=$1 stack=$2 group=$3 port=$4
address=$(hostname -I | cut -d ' ' -f 1)

is_ready() {
    for _ in $(seq 180); do
        ! curl -fs -m 5 -o /dev/null "http://$address:$port/readyz" || return 0
        sleep 5
    done
    return 1
}

if is_ready; then status=SUCCESS; else status=FAILURE; fi
aws cloudformation signal-resource --region "$region" --stack-name "$stack" --logical-resource-id "$group" \
    --unique-id "$(cloud-init query instance_id)" --status "$status" ||
    echo "ready: $status, and nobody waited for it"
