"""Bare machines on one network: what the scripts of `ops/gluster` begin with."""

from __future__ import annotations

from contextlib import contextmanager
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Self

from ops.lab.fabric import Fabric
from ops.lab.machine import Machine as LabMachine
from tests.components import require_program, require_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_NETWORK = {"storage": IPv4Network("10.1.3.0/24")}


class Machine(LabMachine):
    """A machine with one address, on which nothing runs by itself."""

    @property
    def address(self) -> str:
        return self.addresses["storage"]


class Lab:
    """The network and the machines on it, as a context manager that leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self.machines: list[Machine] = []
        self._folder = folder
        (folder / "fabric").mkdir()
        self._fabric = Fabric(folder / "fabric", _NETWORK)

    def __enter__(self) -> Self:
        require_root()
        for program in ("unshare", "nsenter", "setpriv", "ip", "nft", "mkfs.xfs"):
            require_program(program)
        self._fabric.make(tied=True)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for machine in self.machines:
            machine.power_off()
        self._fabric.remove()

    def machine(self, name: str, address: str) -> Machine:
        """Add a machine and power it on; all machines know each other by name."""
        folder = self._folder / name
        folder.mkdir()
        machine = Machine(self._fabric, name, {"storage": address}, folder, tied=True)
        machine.make()
        machine.power_on()
        self.machines.append(machine)
        hosts = "".join(f"{each.address} {each.name}\n" for each in self.machines)
        for each in self.machines:
            each.run("sh", "-c", "cat >/etc/hosts", stdin=f"127.0.0.1 localhost\n{hosts}")
        return machine

    @contextmanager
    def unreachable(self, machine: Machine) -> Iterator[None]:
        """Drop what is sent to and by the machine; its address resolves, so senders keep trying."""
        self._fabric.isolate(machine)
        try:
            yield
        finally:
            self._fabric.clear()
