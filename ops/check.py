"""Checks rendered files with the programs that will read them, as if on the machine itself.

In a mount and network namespace of its own the machine's files lie over `/etc`, its networks are
there, and so are the project's home and the folders of its services: nothing of it is seen outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.topology import Machine, Topology

_ROOT = Path(__file__).parents[1]
_CHECKERS = {
    "etc/haproxy/haproxy.cfg": "haproxy -c -dW -f /etc/haproxy/haproxy.cfg",
    "etc/keepalived/keepalived.conf": "keepalived --config-test -f /etc/keepalived/keepalived.conf",
    "etc/nagios4/nagios.cfg": "nagios4 -v /etc/nagios4/nagios.cfg",
    "etc/nginx/nginx.conf": "nginx -t",
    "etc/cdpsfy/edge.conf": "nginx -t -c /etc/cdpsfy/edge.conf",
    "etc/mysql/mariadb.conf.d/60-cdpsfy.cnf": "mariadbd --user=mysql --verbose --help",
    "etc/sudoers.d/cdpsfy-nagios": "visudo -c -f /etc/sudoers.d/cdpsfy-nagios",
    "etc/cdpsfy/make-volume": "sh -n /etc/cdpsfy/make-volume",
    "etc/systemd/system": "systemd-analyze verify --man=no",
}
_AS_IF_THERE = """
rendered=$1 scratch=$3 home=$4
# By its descriptor it is still reached when a mount hides it.
exec 3<"$2"
mount -t overlay -o "lowerdir=$rendered/etc:/etc" overlay /etc
# What is made lies in memory, and not on this machine's disk.
mount -t tmpfs tmpfs "$scratch"
make() {
    place=$1
    while [ ! -d "$place" ]; do place=$(dirname "$place"); done
    own=$(mktemp -d -p "$scratch")
    mkdir "$own/upper" "$own/work"
    mount -t overlay -o "lowerdir=$place,upperdir=$own/upper,workdir=$own/work" overlay "$place"
    mkdir -p "$1"
}
[ -d "$home" ] || make "$home"
for folder in /run/cdpsfy-edge /var/cache/cdpsfy-edge /var/log/cdpsfy; do make "$folder"; done
mount --no-canonicalize --bind /proc/self/fd/3 "$home"
exec 3<&-
for leg in $5; do ip link add "$leg" type bridge; done
# They have no addresses here, and programs may take them nevertheless.
echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind
shift 5
exec "$@"
"""


class CheckFailed(Exception):
    """A program refuses its file; the message says which, and what it says."""


def check_rendered(topology: Topology, folder: Path) -> Iterator[str]:
    """Check what was rendered; yield a line for each file that a program took, or that none read.

    Raises:
        CheckFailed: the first file that is refused.
    """
    if obstacle := _obstacle(Path(topology.cluster["home"])):
        yield f"the files are not checked by the programs that will read them: {obstacle}"
        return
    with TemporaryDirectory(prefix="cdpsfy-check-") as scratch:
        for machine in topology.own:
            for path, command in _CHECKERS.items():
                own = folder / machine.name
                if (own / path).exists():
                    yield _check(topology, machine, own, path, command.split(), scratch)


def _obstacle(home: Path) -> str | None:
    """Return why this machine cannot look as if it were another, if it cannot."""
    if os.geteuid() != 0:
        return "that needs root"
    # A first folder could only be made on the disk itself.
    first = Path(*home.parts[:2])
    return None if first.is_dir() else f"there is no {first} here"


def _check(
    topology: Topology, machine: Machine, own: Path, path: str, command: list[str], scratch: str
) -> str:
    program = command[0]
    if shutil.which(program) is None:
        return f"{machine.name}: /{path} is not checked: {program} is not installed here"
    if program == "systemd-analyze":
        # An empty one masks Debian's: there is nothing to be checked.
        files = (each for each in sorted((own / path).iterdir()) if each.is_file())
        units = [file for file in files if file.stat().st_size]
        if not units:
            return f"{machine.name}: /{path} has only drop-ins"
        command += [f"/{unit.relative_to(own)}" for unit in units]
    done = subprocess.run(
        [
            *("unshare", "--mount", "--net", "sh", "-euc", _AS_IF_THERE, "check"),
            *(str(own.resolve()), str(_ROOT), scratch, topology.cluster["home"]),
            *(" ".join(machine.addresses), *command),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CheckFailed(f"{machine.name}: {program} refuses /{path}: {done.stdout.strip()}")
    return f"{machine.name}: {program} takes /{path}"
