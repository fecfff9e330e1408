"""What can happen to the machines of a cluster: a table of faults, each with its repair."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ops.chaos.whole import await_whole
from ops.manifest import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ops.lab import Lab
    from ops.topology import Machine, Topology

_GLUSTER = Path(__file__).parents[1] / "gluster"
_WATCHED_ROLES = ("balancer", "tracks", "nas", "web", "database")
_AUXILIARY = {"nagios-nrpe-server", "cdpsfy-nas"}
"""Services that do not serve people; the mount has a fault of its own."""
_MOMENT, _WHILE = 10.0, 20.0
"""Seconds: for what repairs itself; for what lasts until somebody comes."""
_RELOADS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that happens, and how it ends."""

    machine: str
    """Whom it happens to."""
    kind: str
    lasts: float
    """Seconds until it is repaired."""
    begin: Callable[[Lab], None]
    repair: Callable[[Lab], None]

    @property
    def name(self) -> str:
        """As in `--only nas1.freeze`."""
        return f"{self.machine}.{self.kind}"

    def lasting(self, seconds: float) -> Fault:
        """Return the same, for so long; what repairs itself does that in its own time."""
        return replace(self, lasts=seconds) if self.lasts == _WHILE else self


def all_faults(topology: Topology) -> list[Fault]:
    """Return every fault of this cluster, in the order of its machines."""
    single = [
        fault
        for machine in topology.serving(*_WATCHED_ROLES)
        for fault in _faults_of(machine, topology)
    ]
    return [*single, *_common_faults(topology)]


def move_to(name: str) -> Fault:
    """Return what puts a balancer in charge, as an operator does before maintenance."""
    return Fault("balancers", "move", 0, partial(_put_in_charge, name=name), _by_itself)


def _faults_of(machine: Machine, topology: Topology) -> Iterator[Fault]:
    name = machine.name
    yield Fault(name, "kill", _MOMENT, partial(_kill, name=name), _by_itself)
    yield Fault(name, "freeze", _WHILE, _on(name, "freeze"), _on(name, "thaw"))
    yield Fault(name, "cut", _WHILE, partial(_cut, names=[name]), partial(_join, names=[name]))
    yield Fault(name, "power", _WHILE, _on(name, "power_off"), _on(name, "power_on"))
    targets = [target.name for target in _hearers(machine, topology)]
    mute = partial(_drop, name=name, targets=targets)
    yield Fault(name, "one-way", _WHILE, mute, lambda lab: lab.fabric.clear())
    if machine.role == "tracks":
        cut, join = partial(_cut, names=[name], network="storage"), partial(_join, names=[name])
        yield Fault(name, "storage-cut", _WHILE, cut, join)
    if "cdpsfy-nas" in services(machine):
        yield Fault(name, "mount-kill", _MOMENT, partial(_kill_mount, name=name), _by_itself)
    if machine.role == "nas":
        yield Fault(name, "wipe", 0, partial(_wipe, name=name), partial(_replace, name=name))


def _common_faults(topology: Topology) -> Iterator[Fault]:
    databases = [machine.name for machine in topology.serving("database")]
    cut, join = partial(_cut, names=databases), partial(_join, names=databases)
    yield Fault("database", "cut", _WHILE, cut, join)
    yield Fault(
        "database", "power", _WHILE, _all(databases, "power_off"), _all(databases, "power_on")
    )
    yield Fault("all", "restart", 0, _restart_all, _by_itself)
    yield Fault("balancers", "reload", 0, _reload_balancers, _by_itself)


def _hearers(machine: Machine, topology: Topology) -> list[Machine]:
    """Return those who, one way, hear nothing more of a machine: it hears them all the same."""
    role = {"tracks": "nas", "nas": "tracks", "balancer": "tracks", "web": "balancer"}
    others = topology.serving(role.get(machine.role, machine.role))
    heard = [other for other in others if other != machine]
    return heard if machine.role == "web" else heard[:1]


def _by_itself(_lab: Lab) -> None:
    """Repair nothing: the cluster does."""


def _on(name: str, deed: str) -> Callable[[Lab], None]:
    return lambda lab: getattr(lab.machines[name], deed)()


def _all(names: list[str], deed: str) -> Callable[[Lab], None]:
    def do(lab: Lab) -> None:
        for name in names:
            getattr(lab.machines[name], deed)()

    return do


def _kill(lab: Lab, name: str) -> None:
    for service in _services(lab, name):
        if service not in _AUXILIARY:
            lab.machines[name].kill_service(service)


def _kill_mount(lab: Lab, name: str) -> None:
    lab.machines[name].run("pkill", "-KILL", "-x", "glusterfs")


def _cut(lab: Lab, names: list[str], network: str | None = None) -> None:
    for name in names:
        lab.fabric.cut(lab.machines[name], network)


def _join(lab: Lab, names: list[str]) -> None:
    for name in names:
        lab.fabric.join(lab.machines[name])


def _drop(lab: Lab, name: str, targets: list[str]) -> None:
    for target in targets:
        lab.fabric.drop(lab.machines[name], lab.machines[target])


def _wipe(lab: Lab, name: str) -> None:
    """Lose a node with all that was on its disks, and put an empty one there."""
    node = lab.machines[name]
    node.power_off()
    node.lose_system()
    node.lose_disk()
    node.power_on()


def _replace(lab: Lab, name: str) -> None:
    """Do what docs/operations.md tells to do with a node that was installed anew."""
    cluster = lab.topology.cluster
    other = next(nas.name for nas in lab.topology.serving("nas") if nas.name != name)
    pool = lab.machines[other].run("gluster", "pool", "list")
    uuid = next(line.split()[0] for line in pool.splitlines() if line.split()[1] == name)
    as_before = ("--uuid", uuid, "--peer", other, cluster["brick"])
    lab.machines[name].run(str(_GLUSTER / "node.sh"), *as_before)
    in_place = (cluster["volume"], name, name, cluster["brick"])
    lab.machines[other].run(str(_GLUSTER / "replace.sh"), *in_place, timeout=600)


def _restart_all(lab: Lab) -> None:
    """Restart every service, a machine at a time, as an upgrade does."""
    for each in lab.topology.serving(*_WATCHED_ROLES):
        machine, units = lab.machines[each.name], _services(lab, each.name)
        # In the order that leaves nobody alone: a balancer gives its address away before it goes.
        for unit in reversed(units):
            machine.stop_service(unit)
        for unit in units:
            machine.start_service(unit)
        await_whole(lab)


def _put_in_charge(lab: Lab, name: str) -> None:
    for other in lab.topology.serving("balancer"):
        if other.name != name:
            lab.machines[other.name].stop_service("keepalived")
            lab.machines[other.name].start_service("keepalived")


def _reload_balancers(lab: Lab) -> None:
    for _ in range(_RELOADS):
        for machine in lab.topology.serving("balancer"):
            lab.machines[machine.name].reload_service("haproxy")
        time.sleep(1)


def _services(lab: Lab, name: str) -> list[str]:
    units = services(lab.topology.machines[name])
    return [unit for unit in units if not unit.endswith(".timer")]
