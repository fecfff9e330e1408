"""Faults of the lab, each with the alarms that it is to raise: these, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cluster.monitor import HOST, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.lab.cluster import Lab

    Deed = Callable[[Lab], object]


def _nothing(_lab: Lab) -> None:
    """Leave the repair to Nagios' event handler."""


@dataclass(frozen=True)
class Fault:
    """What is done to the lab, what Nagios is to tell of it, and how it is repaired."""

    name: str
    inflict: Deed
    alarms: list[Told]
    repair: Deed = _nothing

    @property
    def ends(self) -> list[Told]:
        """What is told when the fault is over."""
        return [alarm._replace(state=_well(alarm)) for alarm in self.alarms]


def _well(alarm: Told) -> str:
    return "UP" if alarm.service == HOST else "OK"


def _down(*machines: str) -> list[Told]:
    return [Told(machine, HOST, "DOWN") for machine in machines]


def dead(machine: str) -> Fault:
    return Fault(
        f"{machine} without power",
        lambda lab: lab.machines[machine].power_off(),
        _down(machine),
        lambda lab: lab.machines[machine].power_on(),
    )


def frozen(machine: str) -> Fault:
    return Fault(
        f"{machine} frozen",
        lambda lab: lab.machines[machine].freeze(),
        _down(machine),
        lambda lab: lab.machines[machine].thaw(),
    )


def cut_off(machine: str) -> Fault:
    return Fault(
        f"{machine} cut off",
        lambda lab: lab.fabric.cut(lab.machines[machine]),
        _down(machine),
        lambda lab: lab.fabric.join(lab.machines[machine]),
    )


def without(machine: str, network: str, service: str) -> Fault:
    """Cut one network of a machine; what it then cannot do is one of its services."""
    return Fault(
        f"{machine} without the network {network}",
        lambda lab: lab.fabric.cut(lab.machines[machine], network),
        [Told(machine, service, "CRITICAL")],
        lambda lab: lab.fabric.join(lab.machines[machine], network),
    )


def stopped(machine: str, service: str) -> Fault:
    return Fault(
        f"{service} of {machine} stopped",
        lambda lab: lab.machines[machine].stop_service(service),
        [Told(machine, service, "CRITICAL")],
        lambda lab: lab.machines[machine].start_service(service),
    )


def killed(machine: str, service: str, pattern: str) -> Fault:
    """Kill what nothing but the event handler starts again."""
    return Fault(
        f"{service} of {machine} killed",
        lambda lab: lab.machines[machine].run("pkill", "-KILL", "-f", pattern),
        [Told(machine, service, "CRITICAL")],
    )


def unmounted(machine: str) -> Fault:
    """Stop the mount and its own watchdog, so that only the event handler mounts it anew."""

    def inflict(lab: Lab) -> None:
        lab.machines[machine].stop_service("cdpsfy-nas-watch.timer")
        lab.machines[machine].stop_service("cdpsfy-nas")

    return Fault(
        f"{machine} without its mount",
        inflict,
        [Told(machine, "cdpsfy-nas", "CRITICAL")],
    )


def full(machine: str, disk: str) -> Fault:
    filler = f"{disk}/filler"
    fill = (
        f"size=$(df -B1 --output=avail {disk} | tail -n 1);"
        f" fallocate -l $((size * 98 / 100)) {filler}"
    )
    return Fault(
        f"the disk of {machine} nearly full",
        lambda lab: lab.machines[machine].run("sh", "-euc", fill),
        [Told(machine, "brick-disk", "CRITICAL")],
        lambda lab: lab.machines[machine].run("rm", filler),
    )


def damaged(machine: str, brick: str) -> Fault:
    """Change a byte of one copy behind Gluster's back; the scrub is to find it."""
    flip = (
        f"set -- $(find {brick}/objects -type f | sort | head -n 1);"
        ' python3 -c \'import sys; f = open(sys.argv[1], "r+b"); f.seek(100); byte = f.read(1)[0];'
        ' f.seek(100); f.write(bytes([byte ^ 1]))\' "$1"'
    )

    def flip_and_scrub(lab: Lab) -> None:
        lab.machines[machine].run("sh", "-euc", flip)
        lab.machines[machine].run("systemctl", "start", "cdpsfy-scrub")

    return Fault(
        f"a copy on {machine} damaged",
        flip_and_scrub,
        [Told(machine, "scrub", "CRITICAL")],
        flip_and_scrub,
    )


def without_quorum() -> Fault:
    nodes = ("nas1", "nas2")

    def inflict(lab: Lab) -> None:
        for name in nodes:
            lab.machines[name].power_off()

    def repair(lab: Lab) -> None:
        for name in nodes:
            lab.machines[name].power_on()

    alarms = [*_down(*nodes), Told("cluster", "bricks", "CRITICAL")]
    return Fault("two of three nas without power", inflict, alarms, repair)


def without_database() -> Fault:
    nodes = ("db1", "db2", "db3")

    def inflict(lab: Lab) -> None:
        for name in nodes:
            lab.machines[name].stop_service("mariadb")

    def repair(lab: Lab) -> None:
        # Who was the last to leave may begin alone.
        for name in reversed(nodes):
            lab.machines[name].start_service("mariadb")

    alarms = [Told(name, "mariadb", "CRITICAL") for name in nodes]
    alarms.append(Told("cluster", "database", "CRITICAL"))
    return Fault("the whole database stopped", inflict, alarms, repair)


SHORT = [dead("nas1"), killed("nas2", "brick", "glusterfsd"), stopped("s2", "cdpsfy-tracks")]
LONG = [
    *(dead(machine) for machine in ("lb1", "web1", "db1", "s1")),
    *(frozen(machine) for machine in ("nas3", "s2", "db2")),
    *(cut_off(machine) for machine in ("nas2", "web2", "lb2")),
    without("s1", "storage", "cdpsfy-nas"),
    without("nas1", "storage", "glusterd"),
    without("db3", "services", "mariadb"),
    without("web1", "services", "cdpsfy-web"),
    stopped("lb1", "haproxy"),
    stopped("lb2", "keepalived"),
    stopped("web1", "cdpsfy-web"),
    stopped("web2", "cdpsfy-worker"),
    stopped("db3", "mariadb"),
    stopped("db1", "cdpsfy-database-check"),
    stopped("nas3", "glusterd"),
    stopped("nagios", "fcgiwrap"),
    stopped("s3", "nagios-nrpe-server"),
    killed("nas3", "self-heal", "process-name glustershd"),
    unmounted("s3"),
    full("nas1", "/srv/brick"),
    damaged("nas2", "/srv/brick/nas"),
    without_quorum(),
    without_database(),
]
