"""The machines of a site, as the scripts of `ops/gluster` are to make them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.deployment import CDPSFY, ROOT

if TYPE_CHECKING:
    from tests.ops.nodes import Lab, Machine

SCRIPTS = ROOT / "ops/gluster"
VOLUME = "nas"
DISK = Path("/srv/brick")
BRICK = DISK / VOLUME
"""The brick on each node: a folder of a disk of its own."""
MOUNT_POINT = "/mnt/nas"


class Site:
    """nas1, nas2 and nas3 with disks, and s1, which mounts what they keep."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.nas = [add_node(lab, number) for number in (1, 2, 3)]
        self.s1 = lab.machine("s1", "10.1.3.11")

    @property
    def hosts(self) -> list[str]:
        return [node.name for node in self.nas]

    def make_nodes(self) -> list[str]:
        """Run node.sh on each node; return what it said."""
        return [run(node, "node", BRICK) for node in self.nas]

    def make_volume(self) -> str:
        return run(self.nas[0], "volume", VOLUME, BRICK, *self.hosts)

    def gluster(self, *words: str) -> str:
        return self.nas[0].run("gluster", "--mode=script", *words)

    def initialise(self) -> str:
        """Run `cdpsfy storage init` on s1; return what it said."""
        ini = self.s1.folder / "site.ini"
        lines = [f"{name} = {value}\n" for name, value in self.settings().items()]
        ini.write_text("".join(["[app:tracks]\nuse = egg:cdpsfy#tracks\n", *lines]))
        return self.s1.run(CDPSFY, "storage", "init", str(ini))

    def settings(self) -> dict[str, str]:
        """Return the driver's settings on s1."""
        return {
            "storage.driver": "gluster-gfapi",
            "storage.hosts": " ".join(self.hosts),
            "storage.volume": VOLUME,
            "storage.log_file": "/dev/null",
        }


def add_node(lab: Lab, number: int) -> Machine:
    """Power on nas<number>, with an empty disk."""
    node = lab.machine(f"nas{number}", f"10.1.3.{20 + number}")
    node.add_disk(DISK)
    return node


def run(machine: Machine, script: str, *arguments: object, timeout: float = 150) -> str:
    """Run a script on a machine, as an operator would; RuntimeError when it fails."""
    return machine.run(str(SCRIPTS / f"{script}.sh"), *map(str, arguments), timeout=timeout)


def refusal(machine: Machine, script: str, *arguments: object) -> str:
    """Run a script that is to refuse; return its sentence."""
    code, said = machine.attempt(str(SCRIPTS / f"{script}.sh"), *map(str, arguments))
    assert code == 1, said
    return said
