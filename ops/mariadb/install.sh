#!/bin/sh
# Gives this machine's node the data that prepare.sh made: install.sh FOLDER first|other [DATA]
#
# Exactly one node is the first: it begins, the others join. What the node has already is kept.
set -eu

folder=$1 place=$2
data=${3-/var/lib/mysql}
# Another folder is that of another machine; its server is not one of these.
if [ "$data" = /var/lib/mysql ] && pgrep -x mariadbd >/dev/null; then
    echo "install.sh: mariadbd runs on $data: systemctl stop mariadb" >&2
    exit 1
fi
# One that started before it was given data, and found nobody who has some, left a state without a uuid.
if grep -Eqs '^uuid: .*[1-9a-f]' "$data"/grastate.dat || [ -e "$data"/cdpsfy ]; then
    echo "install.sh: $data has the data of a node already" >&2
    exit 1
fi
mkdir -p "$data"
find "$data" -mindepth 1 -delete
cp -a --sparse=always "$folder/." "$data"
# The number of this user may be another one where the data was made.
chown -R mysql: "$data"
if [ "$place" = first ]; then
    sed -i 's/^safe_to_bootstrap: .*/safe_to_bootstrap: 1/' "$data"/grastate.dat
fi
