"""Faults of the lab, each with the alarms that it is to raise: these, and no others."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cluster.monitor import HOST, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ops.lab.cluster import Lab
    from ops.lab.machine import Machine

    Deed = Callable[[Lab], object]

NAGIOS = "/opt/cdpsfy/ops/nagios"
TLS = "/etc/cdpsfy/tls.pem"
KEYS = "/etc/cdpsfy/ticket_keys"


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


def killed_bricks(*machines: str) -> Fault:
    """Kill so many that the quorum is lost; an earlier repair lasts until all of it is told."""

    def inflict(lab: Lab) -> None:
        for name in machines:
            lab.machines[name].run("sh", "-c", under_way)
            lab.machines[name].run("pkill", "-KILL", "-x", "glusterfsd")

    under_way = "setsid --fork flock /run/cdpsfy-repair.lock sleep 50 >/dev/null 2>&1"
    alarms = [Told(name, "brick", "CRITICAL") for name in machines]
    alarms.append(Told("cluster", "bricks", "CRITICAL"))
    return Fault(f"bricks of {' and '.join(machines)} killed", inflict, alarms)


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


def full_log(machine: str) -> Fault:
    """Lay a small and nearly full disk over the logs; what is open there stays open below."""
    fill = "mount -t tmpfs -o size=1m full /var/log; fallocate -l 1000K /var/log/filler"
    return Fault(
        f"the log's disk of {machine} nearly full",
        lambda lab: lab.machines[machine].run("sh", "-euc", fill),
        [Told(machine, "disk", "CRITICAL")],
        lambda lab: lab.machines[machine].run("umount", "-l", "/var/log"),
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


def stopped_on_all(name: str, nodes: Sequence[str], service: str, alarms: Sequence[Told]) -> Fault:
    """Stop a service on all its machines; alarms are those beside one for each machine."""

    def inflict(lab: Lab) -> None:
        for node in nodes:
            lab.machines[node].stop_service(service)

    def repair(lab: Lab) -> None:
        # Of a database, who was the last to leave may begin alone.
        for node in reversed(nodes):
            lab.machines[node].start_service(service)

    each = [Told(node, service, "CRITICAL") for node in nodes]
    return Fault(name, inflict, [*each, *alarms], repair)


def without_database() -> Fault:
    alarms = [Told("cluster", "database", "CRITICAL")]
    return stopped_on_all("the whole database stopped", ("db1", "db2", "db3"), "mariadb", alarms)


def without_site() -> Fault:
    alarms = [Told("cluster", "pages", "CRITICAL")]
    name = "the site stopped on all machines"
    return stopped_on_all(name, ("web1", "web2"), "cdpsfy-web", alarms)


def without_address() -> Fault:
    """Stop keepalived on both balancers: nobody holds an address, so nothing answers there."""
    name = "keepalived stopped on all"
    return stopped_on_all(name, ("lb1", "lb2"), "keepalived", _down("cluster"))


def address_held_twice() -> Fault:
    """Freeze the keepalived in charge: the other takes the addresses, and it keeps them."""
    await_held = 'until ip -4 -o address show to "$0" | grep -q .; do sleep 0.2; done'

    def inflict(lab: Lab) -> None:
        lab.machines["lb2"].restart_service("keepalived")
        address = str(lab.topology.virtual["services"])
        lab.machines["lb1"].run("sh", "-c", await_held, address, timeout=20)
        lab.machines["lb1"].run("pkill", "-STOP", "-x", "keepalived")

    return Fault(
        "the addresses held twice",
        inflict,
        [
            Told("lb1", "keepalived", "CRITICAL"),
            Told("cluster", "address-clients", "CRITICAL"),
            Told("cluster", "address-services", "CRITICAL"),
        ],
        lambda lab: lab.machines["lb1"].run("pkill", "-CONT", "-x", "keepalived"),
    )


def old_certificate(machine: str) -> Fault:
    """Put one in place that people believe, until tomorrow; whether it is shown to them or not."""

    def inflict(lab: Lab) -> None:
        _show(lab.machines[machine], _old(lab.authority.parent))

    return Fault(
        f"a certificate of {machine} that ends tomorrow",
        inflict,
        [Told(machine, "certificate", "CRITICAL")],
        lambda lab: _show_own(lab, machine),
    )


def strange_certificate() -> Fault:
    """Show people a certificate that nobody signed whom they know."""
    nodes = ("lb1", "lb2")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "-"]

    def inflict(lab: Lab) -> None:
        own = _openssl("req", "-x509", *new, "-days", "90", "-subj", "/CN=nobody")
        for name in nodes:
            _show(lab.machines[name], own)

    def repair(lab: Lab) -> None:
        for name in nodes:
            _show_own(lab, name)

    services = ("certificate", "pages", "upload-play-delete")
    alarms = [Told("cluster", service, "CRITICAL") for service in services]
    return Fault("a certificate that nobody believes", inflict, alarms, repair)


def _old(secrets: Path) -> str:
    """Return the certificate as it would be a day before its end, and its key."""
    own, copied = str(secrets / "tls.pem"), ["-copy_extensions", "copyall"]
    authority = ["-CA", str(secrets / "ca.pem"), "-CAkey", str(secrets / "ca.key")]
    request = _openssl("x509", "-x509toreq", "-in", own, "-signkey", own, *copied)
    old = _openssl("x509", "-req", *authority, "-days", "1", *copied, stdin=request)
    return old + _openssl("pkey", "-in", own)


def _openssl(*words: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["openssl", *words], input=stdin, check=True, capture_output=True, text=True
    )
    return done.stdout


def _show_own(lab: Lab, balancer: str) -> None:
    _show(lab.machines[balancer], lab.authority.with_name("tls.pem").read_text("utf-8"))


def _show(balancer: Machine, certificate: str) -> None:
    balancer.run("sh", "-c", f"cat >{TLS}", stdin=certificate)
    balancer.reload_service("haproxy")


def wrong_keys() -> Fault:
    """Let nobody believe the monitor's tickets."""
    spoil = f"cp -p {KEYS} {KEYS}.right && sed -i 's/:.*/:{'wrong' * 8}/' {KEYS}"
    return Fault(
        "wrong keys on nagios",
        lambda lab: lab.machines["nagios"].run("sh", "-c", spoil),
        [Told("cluster", "upload-play-delete", "CRITICAL")],
        lambda lab: lab.machines["nagios"].run("mv", f"{KEYS}.right", KEYS),
    )


def music_missing(machine: str) -> Fault:
    """Note down what fsck would find; it was well on the other machine."""

    def find(code: int, said: str) -> Deed:
        record = [f"{NAGIOS}/record.sh", "/var/lib/cdpsfy/fsck.result"]
        script = f"echo '{said}'; exit {code}"
        return lambda lab: lab.machines[machine].attempt(*record, "sh", "-c", script)

    return Fault(
        f"music missing, as {machine} finds",
        find(2, "1 row without bytes"),
        [Told("cluster", "fsck", "CRITICAL")],
        find(0, "all is well"),
    )


SHORT = [dead("nas1"), killed("nas2", "brick", "glusterfsd"), stopped("s2", "cdpsfy-tracks")]
LONG = [
    *(dead(machine) for machine in ("lb1", "web1", "db1", "s1")),
    *(frozen(machine) for machine in ("nas3", "s2", "db2")),
    *(cut_off(machine) for machine in ("nas2", "web2", "lb2")),
    without("s1", "storage", "cdpsfy-nas"),
    without("nas1", "storage", "glusterd"),
    without("db3", "services", "mariadb"),
    without("web1", "services", "cdpsfy-web"),
    without("s2", "services", "balanced"),
    stopped("lb1", "haproxy"),
    stopped("lb2", "keepalived"),
    stopped("web1", "cdpsfy-web"),
    stopped("web2", "cdpsfy-worker"),
    stopped("s1", "cdpsfy-edge"),
    stopped("db3", "mariadb"),
    stopped("db1", "cdpsfy-database-check"),
    stopped("nas3", "glusterd"),
    stopped("nagios", "fcgiwrap"),
    stopped("nagios", "nginx"),
    stopped("s3", "nagios-nrpe-server"),
    killed("nas3", "self-heal", "process-name glustershd"),
    killed_bricks("nas1", "nas3"),
    unmounted("s3"),
    full("nas1", "/srv/brick"),
    full_log("web2"),
    damaged("nas2", "/srv/brick/nas"),
    without_quorum(),
    without_database(),
    without_site(),
    without_address(),
    address_held_twice(),
    old_certificate("lb1"),
    strange_certificate(),
    wrong_keys(),
    music_missing("web1"),
]
