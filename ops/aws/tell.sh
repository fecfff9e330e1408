#!/bin/sh
# Tells the operator what Nagios found, by the topic that CloudWatch's alarms go to as well: no mail leaves
# a machine of EC2. `[cluster] notify` names it; its words are those of ops/nagios/notify.py.
set -eu

usage() {
    echo "usage: tell.sh TIME MACHINE SERVICE|- STATE TEXT; the ARN of the topic is in /etc/cdpsfy/topic" >&2
    exit 2
}

[ $# -eq 5 ] || usage
topic=$(cat /etc/cdpsfy/topic)
about=$2
[ "$3" = - ] || about="$3 on $2"
aws sns publish --region "$(echo "$topic" | cut -d : -f 4)" --topic-arn "$topic" \
    --subject "$about is $4" --message "$about is $4 since $1. $5" >/dev/null
