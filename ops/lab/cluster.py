"""Brings the whole cluster up on this machine, and takes it down."""

from __future__ import annotations

import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from ops.lab import host
from ops.lab.door import Door
from ops.lab.fabric import Fabric
from ops.lab.machine import ROOT, Machine
from ops.lab.namespaces import Namespaces, check
from ops.render import render
from ops.topology import STANDARD, Topology, read_topology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = ROOT / "var/lab"
_OWN = Path(__file__).with_name("lab.ini")
_MARIADB = ROOT / "ops/mariadb"
_PATIENCE = 90.0
"""Seconds that a cluster has to become ready."""
_INI = "/etc/cdpsfy/site.ini"
_CDPSFY = "/opt/cdpsfy/.venv/bin/cdpsfy"


class LabTrouble(Exception):
    """The lab cannot be had; the message says why, and what to do."""


class Lab:
    """The machines of the topology, on or off, and what joins them."""

    def __init__(self, topology: Topology, folder: Path, *, tied: bool = False) -> None:
        self.topology = topology
        self.folder = folder
        self.fabric = Fabric(folder / "fabric", topology.networks)
        self.door = Door(folder / "door", topology)
        self._tied = tied
        # One pool for all of the lab's life: what is tied ends with the thread that started it.
        self._pool = ThreadPoolExecutor(8)
        self.machines = {
            machine.name: Machine(
                self.fabric,
                machine.name,
                machine.addresses,
                folder / machine.name,
                init=f"{sys.executable} -m ops.lab.init",
                systemctl=folder / "systemctl",
                tied=tied,
            )
            for machine in topology.machines.values()
        }

    @property
    def authority(self) -> Path:
        """The certificate of the authority that certified the site of the lab."""
        return self.folder / "rendered/secrets/ca.pem"

    def up(self, say: Callable[[str], None]) -> None:
        """Make everything anew and return when the site plays.

        Raises:
            LabTrouble: this machine is not fit, or something does not become ready.
        """
        host.require_fit(self.topology)
        say("making the machines")
        self._make()
        say("switching them on")
        self.fabric.make(tied=self._tied)
        watched = [m for m in self.machines.values() if not self._watches(m)]
        self._each(watched, Machine.power_on)
        say("making the volume")
        self._make_volume()
        say("making the database's tables")
        self._await("the database", lambda: self._try("web", "init", _INI))
        self._await("every service", lambda: not self._missing(watched))
        say("letting Nagios look at it")
        # Not earlier: it would tell of all that was not there yet.
        self._each(filter(self._watches, self.machines.values()), Machine.power_on)
        self._await("Nagios", lambda: not self.missing())

    def open_door(self) -> None:
        """Let this machine's browser in."""
        self.door.open(self.machines["host"])

    def fill(self, say: Callable[[str], None]) -> None:
        """Put a dozen tracks and their owner into the catalogue."""
        say(self._first("web").run(*self._as_service, _CDPSFY, "demo", _INI))

    def down(self) -> None:
        """Take everything away; nothing of it is left."""
        self.door.close()
        self._each(self.machines.values(), Machine.end)
        self.fabric.remove()
        # And what the topology does not name any more.
        for left in self.folder.glob("*/pid"):
            Namespaces(left.parent).end()
        shutil.rmtree(self.folder)

    def missing(self) -> list[str]:
        """Return the services that do not run, as `s1: cdpsfy-tracks is starting`."""
        return self._missing(self.machines.values())

    def _missing(self, machines: Iterable[Machine]) -> list[str]:
        found = []
        for machine in machines:
            if not machine.is_on:
                found.append(f"{machine}: off")
                continue
            states = machine.services()
            found += [f"{machine}: {n} is {s}" for n, s in states.items() if s != "active"]
        return found

    def _watches(self, machine: Machine) -> bool:
        return self.topology.machines[machine.name].role == "monitor"

    def _make(self) -> None:
        self.folder.mkdir(parents=True)
        rendered = self.folder / "rendered"
        render(self.topology, rendered)
        wrapper = self.folder / "systemctl"
        client = Path(__file__).with_name("systemctl.py")
        wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {client} "$@"\n')
        wrapper.chmod(0o755)
        for place in ("fabric", "door"):
            (self.folder / place).mkdir()
        database = self._pool.submit(self._prepare_database)
        self._each(self.machines.values(), self._make_machine)
        database.result()
        for number, node in enumerate(self.topology.serving("database")):
            place = "other" if number else "first"
            data = self.machines[node.name].folder / "var/lib/mysql"
            check([str(_MARIADB / "install.sh"), str(self.folder / "database"), place, str(data)])

    def _prepare_database(self) -> None:
        password = self.folder / "rendered/secrets/database_password"
        user = self.topology.cluster["user"]
        check([str(_MARIADB / "prepare.sh"), str(self.folder / "database"), user, str(password)])

    def _make_machine(self, machine: Machine) -> None:
        machine.folder.mkdir()
        machine.make()
        shutil.copytree(self.folder / "rendered" / machine.name, machine.folder, dirs_exist_ok=True)
        self._add_user(machine)
        if machine.name in {nas.name for nas in self.topology.role("nas")}:
            machine.add_disk(Path(self.topology.cluster["brick"]).parent)

    def _add_user(self, machine: Machine) -> None:
        """Give the machine the user that runs our services; here nobody is added."""
        user, uid = (self.topology.cluster[name] for name in ("user", "uid"))
        for name, rest in (("passwd", f"{uid}::/var/lib/cdpsfy:/usr/sbin/nologin"), ("group", "")):
            others = [
                line
                for line in Path("/etc", name).read_text("utf-8").splitlines()
                if not line.startswith(f"{user}:")
            ]
            lines = "\n".join([*others, f"{user}:x:{uid}:{rest}", ""])
            (machine.folder / "etc" / name).write_text(lines, "utf-8")

    def _make_volume(self) -> None:
        nodes = [self.machines[nas.name] for nas in self.topology.serving("nas")]
        brick = self.topology.cluster["brick"]
        script = str(ROOT / "ops/gluster/node.sh")
        self._each(nodes, lambda node: node.run(script, brick))
        nodes[0].run("/etc/cdpsfy/make-volume")
        self._await("the volume", lambda: self._try("tracks", "storage", "init", _INI))

    def _try(self, role: str, *arguments: str) -> bool:
        code, _ = self._first(role).attempt(*self._as_service, _CDPSFY, *arguments)
        return code == 0

    def _first(self, role: str) -> Machine:
        return self.machines[self.topology.serving(role)[0].name]

    @property
    def _as_service(self) -> tuple[str, ...]:
        return ("runuser", "-u", self.topology.cluster["user"], "--")

    def _each(self, machines: Iterable[Machine], task: Callable[[Machine], object]) -> None:
        for _ in self._pool.map(task, machines):
            pass

    def _await(self, what: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not ready():
            if time.monotonic() > deadline:
                trouble = "; ".join(self.missing())
                raise LabTrouble(
                    f"{what} is not ready after {_PATIENCE:g} s: {trouble or 'see'} "
                    f"{self.folder}/*/var/log/cdpsfy/*.log"
                )
            time.sleep(0.5)


def new_lab(folder: Path = FOLDER, *, tied: bool = False) -> Lab:
    """Return a lab that is to be made in the folder.

    Raises:
        LabTrouble: one is there already.
    """
    if folder.exists():
        raise LabTrouble("the lab is there already; `make lab-down` takes it down")
    return Lab(lab_topology(), folder, tied=tied)


def open_lab(folder: Path = FOLDER) -> Lab:
    """Return the lab that was made in the folder.

    Raises:
        LabTrouble: there is none.
    """
    if not folder.exists():
        raise LabTrouble("there is no lab; `make lab` brings it up")
    return Lab(lab_topology(), folder)


def lab_topology() -> Topology:
    """Return the topology of the lab: the standard one, and what differs here."""
    return read_topology(STANDARD, _OWN)
