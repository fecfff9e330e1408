# shellcheck shell=sh
# How the scripts here speak: what they do on standard output, why they stop on standard error.
# Sourced.

script=$(basename "$0" .sh)

say() {
    echo "$script: $*"
}

fail() {
    echo "$script: $*" >&2
    exit 1
}
