#!/bin/sh
# Gives a new volume the data of a database that nobody has used yet, then becomes the server:
# database.sh PASSWORD_FILE COMMAND... As the user mysql.
set -eu
here=$(dirname "$0")/../mariadb
password=$1
shift
if [ ! -e /var/lib/mysql/grastate.dat ]; then
    new=$(mktemp -d)
    "$here/prepare.sh" "$new" cdpsfy "$password"
    "$here/install.sh" "$new" first
    rm -r "$new"
fi
exec "$@"
