#!/bin/sh
# Makes one replicated volume of three nodes, started, with the options beside this file.
set -euf
here=$(dirname "$0")
. "$here/pool.sh"

usage() {
    cat <<'TEXT'
usage: volume.sh [OPTIONS] NAME BRICK_PATH HOST HOST HOST

Run on one node, when node.sh has run on all three: joins the hosts to a pool, creates the volume
NAME as replica 3 of HOST:BRICK_PATH, sets its options (file `options`), starts it and waits until
every brick serves. A second run changes nothing.

  --auth-allow ADDRESSES  let only these clients mount, as 10.1.3.11,10.1.3.12 (the nodes always may)
  --owner UID             whose the volume is: the user that the track service runs as, by number
  --ping-timeout SECONDS  give a silent node up after so long (file `options`: 4)
  --any-filesystem        for trials: take bricks on a file system that is not their own
TEXT
}

force='' auth_allow='' owner='' ping_timeout='' unchanged='; nothing to do'
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage && exit ;;
    --any-filesystem) force=force && shift ;;
    --auth-allow) [ $# -gt 1 ] || fail "--auth-allow needs addresses" && auth_allow=$2 && shift 2 ;;
    --owner) [ $# -gt 1 ] || fail "--owner needs a number" && owner=$2 && shift 2 ;;
    --ping-timeout) [ $# -gt 1 ] || fail "--ping-timeout needs seconds" && ping_timeout=$2 && shift 2 ;;
    -*) fail "unknown option $1; try --help" ;;
    *) break ;;
    esac
done
[ $# -eq 5 ] || { usage >&2 && exit 2; }
name=$1 brick_path=$2
shift 2

did() {
    say "$*"
    unchanged=''
}

wanted_bricks() {
    for host in "$@"; do
        echo "$host:$brick_path"
    done
}

create() {
    # shellcheck disable=SC2046,SC2086 # one word a brick, and perhaps none for force
    patiently volume create "$name" replica 3 $(wanted_bricks "$@") $force
    did "created $name"
}

# A volume that was grown has these three first.
require_same_bricks() {
    found=$(bricks "$name")
    [ "$(echo "$found" | head -n 3)" = "$(wanted_bricks "$@")" ] ||
        fail "volume $name exists, with other bricks: $(echo "$found" | tr '\n' ' ')"
}

wanted_options() {
    sed -n 's/^\([a-z][^ ]*\) \([^ ]*\)$/\1=\2/p' "$here/options" |
        grep -v "^${ping_timeout:+network.ping-timeout}="
    [ -z "$ping_timeout" ] || echo "network.ping-timeout=$ping_timeout"
    [ -z "$owner" ] || printf 'storage.owner-%s=%s\n' uid "$owner" gid "$owner"
    [ -z "$auth_allow" ] || echo "auth.allow=$auth_allow"
}

set_options() {
    info=$(gluster volume info "$name")
    missing=''
    for option in $(wanted_options); do
        echo "$info" | grep -Fqx -- "${option%%=*}: ${option#*=}" ||
            missing="$missing ${option%%=*} ${option#*=}"
    done
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # two words an option
    patiently volume set "$name" $missing
    did "set$missing"
}

start() {
    gluster volume info "$name" | grep -q '^Status: Started' && return
    patiently volume start "$name"
    did "started $name"
}

wait_until 30 "glusterd on this node" glusterd_answers
for host in "$@"; do
    join_pool "$host"
done
if volume_exists "$name"; then require_same_bricks "$@"; else create "$@"; fi
set_options
start
all_online "$name" || did "waiting for the bricks"
start_processes "$name"
say "$name is started, $(bricks "$name" | wc -l) bricks online$unchanged"
