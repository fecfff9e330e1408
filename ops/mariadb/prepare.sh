#!/bin/sh
# Makes the data of a new cluster, once: prepare.sh FOLDER USER PASSWORD_FILE
#
# FOLDER becomes a data folder with the schema `cdpsfy`, for the site's user of that name with the
# password in the file; the system's users root, mysql, nagios, and USER (who ask whether the node is
# good) come in by the socket. Its copies, put in place by install.sh, know that they are the same: no
# node has to get all from another.
set -eu

folder=$1 user=$2 password=$(cat "$3")
# MariaDB runs as its own user, who may not be able to enter FOLDER.
work=$(mktemp -d)
data=$work/data
socket=$work/socket
trap 'kill "$server" 2>/dev/null && wait "$server"; rm -rf "$work"' EXIT
server=

case $password in
*[!A-Za-z0-9_.~+/=-]*|'') echo "prepare.sh: $3: letters, digits and _.~+/=- only" >&2; exit 2 ;;
esac
mkdir "$data"
chown mysql: "$data" "$work"
mariadb-install-db --no-defaults --user=mysql --datadir="$data" --skip-test-db \
    --auth-root-authentication-method=socket --innodb-log-file-size=48M >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }

# The cluster begins here, with one member that hears nobody.
mariadbd --no-defaults --user=mysql --datadir="$data" --socket="$socket" --skip-networking \
    --pid-file="$work/pid" --innodb-log-file-size=48M --binlog-format=ROW \
    --wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-new-cluster \
    --wsrep-cluster-name=cdpsfy --wsrep-cluster-address=gcomm:// --wsrep-node-address=127.0.0.1 \
    --wsrep-provider-options='gmcast.listen_addr=tcp://127.0.0.1:0;gcache.size=1M' \
    >"$work/log" 2>&1 &
server=$!
tries=0
until mariadb --no-defaults --socket="$socket" -e 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$work/log" >&2
        exit 1
    fi
    sleep 0.1
done
[ "$user" = root ] || watcher="CREATE USER '$user'@localhost IDENTIFIED VIA unix_socket;"
mariadb --no-defaults --socket="$socket" <<SQL
CREATE DATABASE cdpsfy CHARACTER SET utf8mb4;
CREATE USER cdpsfy IDENTIFIED BY '$password';
GRANT ALL ON cdpsfy.* TO cdpsfy;
CREATE USER IF NOT EXISTS mysql@localhost IDENTIFIED VIA unix_socket;
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR ON *.* TO mysql@localhost;
CREATE USER nagios@localhost IDENTIFIED VIA unix_socket;
${watcher:-}
SQL
kill "$server"
wait "$server"
server=
# Whoever begins is to be chosen, by install.sh.
sed -i 's/^safe_to_bootstrap: .*/safe_to_bootstrap: 0/' "$data/grastate.dat"
rm -f "$data/galera.cache" "$data/ib_buffer_pool" "$data"/*.pem
mkdir -p "$folder"
cp -a --sparse=always "$data/." "$folder"
