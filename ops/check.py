"""Checks rendered files with the programs that will read them, as if on the machine itself.

In a mount and network namespace of its own the machine's files lie over `/etc`, its networks are
there, and so is the project's home: nothing of it is seen outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
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
    "etc/mysql/mariadb.conf.d/60-cdpsfy.cnf": "mariadbd --user=mysql --verbose --help",
    "etc/sudoers.d/cdpsfy-nagios": "visudo -c -f /etc/sudoers.d/cdpsfy-nagios",
    "etc/cdpsfy/make-volume": "sh -n /etc/cdpsfy/make-volume",
    "etc/systemd/system": "systemd-analyze verify --man=no",
}
_AS_IF_THERE = """
mount -t overlay -o "lowerdir=$1/etc:/etc" overlay /etc
mount -t tmpfs tmpfs /opt
mkdir -p "$3"
mount --bind "$2" "$3"
for leg in $4; do ip link add "$leg" type bridge; done
shift 4
exec "$@"
"""


class CheckFailed(Exception):
    """A program refuses its file; the message says which, and what it says."""


def check_rendered(topology: Topology, folder: Path) -> Iterator[str]:
    """Check what was rendered; yield a line for each file that a program took, or that none read.

    Raises:
        CheckFailed: the first file that is refused.
    """
    for machine in topology.machines.values():
        for path, command in _CHECKERS.items():
            if (folder / machine.name / path).exists():
                yield _check(topology, machine, folder / machine.name, path, command.split())


def _check(topology: Topology, machine: Machine, own: Path, path: str, command: list[str]) -> str:
    program = command[0]
    if shutil.which(program) is None:
        return f"{machine.name}: /{path} is not checked: {program} is not installed here"
    if program == "systemd-analyze":
        units = [each for each in sorted((own / path).iterdir()) if each.is_file()]
        if not units:
            return f"{machine.name}: /{path} has only drop-ins"
        command += [f"/{unit.relative_to(own)}" for unit in units]
    # Who is not root is root in a namespace of users; that is enough to look.
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(
        [
            *("unshare", *as_root, "--mount", "--net", "sh", "-euc", _AS_IF_THERE, "check"),
            *(str(own.resolve()), str(_ROOT), topology.cluster["home"]),
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
