"""Writes the scenario for VNX: the topology's machines as LXC containers, and what they run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ops.render import render, templates
from ops.topology import STANDARD, WrongTopology, read_topology

if TYPE_CHECKING:
    from ops.topology import Machine, Topology

_HOST = Path(__file__).with_name("host.ini")
_LONGEST_NAME = 12
"""Letters of a name in VNX: it becomes that of an interface, with an ending."""
NEW_DATABASE = "/srv/new"
"""Where the nodes of the database see the data that the first of them makes for all."""


def scenario_topology(*paths: Path) -> Topology:
    """Return the standard topology with the host that carries it, and what differs in these files.

    Raises:
        WrongTopology: one of them does not fit, or has a name that is too long for VNX.
    """
    topology = read_topology(STANDARD, _HOST, *paths)
    for section, names in (("machines", topology.machines), ("networks", topology.networks)):
        if long := [name for name in names if len(name) > _LONGEST_NAME]:
            raise WrongTopology(f"[{section}] {long[0]}: VNX takes {_LONGEST_NAME} letters at most")
    return topology


def write_scenario(topology: Topology, folder: Path, image: str) -> Path:
    """Write `p7.xml`, the machines' files (`conf/`), and folders for what they keep (`data/`).

    image is the folder that rootfs.sh made, by its path on the host. What a machine keeps outlives
    `vnx --destroy`: its folders are made where they are missing, and never emptied.
    """
    render(topology, folder / "conf")
    for machine in topology.machines.values():
        for kept_in in kept(topology, machine).values():
            (folder / kept_in).mkdir(mode=0o755, parents=True, exist_ok=True)
    template = templates().get_template("vnx/p7.xml.j2")
    text = template.render(
        topology=topology,
        cluster=topology.cluster,
        image=image,
        kept=kept,
        new_database=NEW_DATABASE,
    )
    path = folder / "p7.xml"
    path.write_text(text, "utf-8")
    return path


def kept(topology: Topology, machine: Machine) -> dict[str, str]:
    """Return where a machine has what it must not lose, and which folder of the host keeps it."""
    own = f"data/{machine.name}"
    if machine.role == "nas":
        disk = str(Path(topology.cluster["brick"]).parent)
        return {disk: f"{own}/brick", "/var/lib/glusterd": f"{own}/glusterd"}
    if machine.role == "database":
        return {"/var/lib/mysql": f"{own}/mysql", NEW_DATABASE: "data/new-database"}
    return {}
