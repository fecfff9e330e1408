#!/bin/sh
# Fetches what a machine of AWS keeps secret, by its own role, to where boot.sh looks for it.
set -eu

usage() {
    cat <<'TEXT'
usage: secrets.sh REGION TICKET_KEYS [DATABASE_PASSWORD]

The two are ARNs of secrets: an object with one ticket key a name, the first of which signs; a plain text.
TEXT
}

case $# in
2 | 3) ;;
*) usage >&2 && exit 2 ;;
esac
region=$1 folder=/etc/cdpsfy/secrets

secret() {
    aws secretsmanager get-secret-value --region "$region" --secret-id "$1" \
        --query SecretString --output text
}

umask 077
mkdir -p "$folder"
secret "$2" | python3 -c '
import json, sys
print(" ".join(f"{name}:{key}" for name, key in json.load(sys.stdin).items()))
' >"$folder/ticket_keys"
[ $# -eq 2 ] || secret "$3" >"$folder/database_password"
