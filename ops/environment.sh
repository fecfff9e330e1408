#!/bin/sh
# Makes the Python environment .venv from a lock file: ops/environment.sh requirements.lock
set -eu
lock=$1
python=${PYTHON:-python3}

fail() {
    echo "environment: $*" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "no $python; install Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: CDPSfy needs 3.11 or newer (set PYTHON=...)"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "environment: $python comes without venv"
    "$(dirname "$0")/packages.sh" python3-venv
fi
# Packages are added to the environment that is there; a broken one is made anew.
.venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
echo "environment: installing $lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --no-build-isolation --no-deps --editable .
