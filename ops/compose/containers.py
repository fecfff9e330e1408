"""The containers of a machine: each of its services is one, and one more holds their network."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from ops import manifest

if TYPE_CHECKING:
    from pathlib import Path

    from ops.topology import Machine, Topology

PASSWORD = "/run/secrets/database_password"  # noqa: S105 - where it is
_OURS = "/etc/cdpsfy"


class Container(NamedTuple):
    """One service of a machine, as Compose is told of it."""

    name: str
    """After its machine's and a hyphen."""
    command: list[str]
    user: str
    reads: list[str]
    """Files and folders that were rendered for its machine."""
    volumes: list[str]
    tmpfs: tuple[str, ...]
    memory: str
    """What it may have at most; one that wants more is ended, and starts again."""
    health: str | None
    """An address that answers 200 while it lives."""


_USERS = {"haproxy": "haproxy", "mariadb": "mysql", "nagios4": "nagios", "nginx": "www-data"}
"""Of units whose user Debian or the program's own file names; the others name it themselves."""
_COMMANDS = {
    # Its master hears SIGTERM; a worker that is process 1 would not.
    "haproxy": "haproxy -W -db -f /etc/haproxy/haproxy.cfg",
    # What one that was killed left would keep the next one from starting.
    "nagios4": "sh -c 'rm -f /var/lib/nagios4/rw/nagios.cmd; exec nagios4 /etc/nagios4/nagios.cfg'",
    "fcgiwrap": "sh -c 'rm -f /run/fcgiwrap/socket; exec fcgiwrap -f -s unix:/run/fcgiwrap/socket'",
    "nginx": "nginx",
}
"""Of units that are Debian's, or do something else first."""
_READS = {
    "haproxy": ("/etc/haproxy",),
    "mariadb": ("/etc/mysql/mariadb.conf.d/60-cdpsfy.cnf",),
    "nagios4": ("/etc/nagios4/nagios.cfg", "/etc/nagios4/cdpsfy"),
    "fcgiwrap": ("/etc/nagios4/nagios.cfg", "/etc/nagios4/cdpsfy", "/etc/nagios4/cgi.cfg"),
    "nginx": ("/etc/nginx/nginx.conf",),
}
"""Beside the folder of ours."""
_VOLUMES = {
    "mariadb": ("{machine}-data:/var/lib/mysql", "{machine}-socket:/run/mysqld"),
    "cdpsfy-database-check": ("{machine}-socket:/run/mysqld",),
    "nagios4": ("{machine}-state:/var/lib/nagios4", "{machine}-log:/var/log/nagios4"),
    "fcgiwrap": (
        "{machine}-state:/var/lib/nagios4",
        "{machine}-log:/var/log/nagios4",
        "{machine}-cgi:/run/fcgiwrap",
    ),
    "nginx": ("{machine}-cgi:/run/fcgiwrap",),
}
_TMPFS = {
    "haproxy": ("/run/haproxy",),
    # What is heard need not outlive a container: nobody knows what a power cut would leave of it.
    "cdpsfy-edge": ("/run/cdpsfy-edge", "/var/cache/cdpsfy-edge"),
    "nginx": ("/var/lib/nginx",),
}
_MEMORY = {
    # What it keeps of the volume lies in memory, [cluster] edge_cache.
    "cdpsfy-edge": "768m",
    "mariadb": "1g",
}


def containers(topology: Topology, machine: Machine, rendered: Path) -> list[Container]:
    """Return the containers of a machine's services; rendered is the folder of its files."""
    return [
        _container(topology, machine, unit, rendered)
        for unit in manifest.services(machine)
        # Whoever runs containers restarts them, and Nagios asks from outside.
        if unit != "nagios-nrpe-server" and not unit.endswith(".timer")
    ]


def tracks_volume(topology: Topology, server: Machine) -> list[str]:
    """Return the volume in which a track server has the bytes, if it reaches them by a folder."""
    folder = topology.cluster["mount"]
    return [f"${{CDPSFY_TRACKS:-tracks}}:{folder}"] if server.driver == "filesystem" else []


def _container(topology: Topology, machine: Machine, unit: str, rendered: Path) -> Container:
    volumes = [each.format(machine=machine.name) for each in _VOLUMES.get(unit, ())]
    if unit == "cdpsfy-tracks":
        volumes += tracks_volume(topology, machine)
    return Container(
        unit.removeprefix("cdpsfy-"),
        _command(unit, rendered),
        _USERS.get(unit) or _setting("User", unit, rendered),
        [_OURS, *_READS.get(unit, ())],
        volumes,
        _TMPFS.get(unit, ()),
        _MEMORY.get(unit, "512m"),
        _health(topology, machine, unit),
    )


def _command(unit: str, rendered: Path) -> list[str]:
    command = shlex.split(_COMMANDS.get(unit) or _setting("ExecStart", unit, rendered))
    if unit == "mariadb":
        return ["/opt/cdpsfy/ops/compose/database.sh", PASSWORD, *command]
    return command


def _setting(name: str, unit: str, rendered: Path) -> str:
    """Return what a machine's own unit, or its drop-in to Debian's, says last."""
    folder = rendered / "etc/systemd/system"
    paths = (folder / f"{unit}.service", folder / f"{unit}.service.d/cdpsfy.conf")
    text = "".join(path.read_text("utf-8") for path in paths if path.exists())
    said: list[str] = re.findall(rf"^{name}=(.+)$", text, re.MULTILINE)
    return said[-1]


def _health(topology: Topology, machine: Machine, unit: str) -> str | None:
    ports = topology.ports
    port, path, leg = {
        "haproxy": (ports["balancer_figures"], "/healthz", "management"),
        "cdpsfy-web": (ports["web"], "/healthz", "services"),
        # It answers for the database, which speaks no HTTP.
        "mariadb": (ports["database_check"], "/", "services"),
        "cdpsfy-database-check": (ports["database_check"], "/", "services"),
        "cdpsfy-tracks": (ports["origin"], "/healthz", ""),
        "cdpsfy-edge": (ports["tracks"], "/healthz", "services"),
        "nginx": (ports["nagios"], "/", ""),
    }.get(unit, (0, "", ""))
    return f"http://{machine.addresses.get(leg, '127.0.0.1')}:{port}{path}" if port else None
