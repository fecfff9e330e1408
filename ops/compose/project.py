"""Writes the project for Compose: the containers of the topology, and what they read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ops import manifest
from ops.compose.containers import containers, tracks_volume
from ops.render import SECRETS, render, templates
from ops.topology import STANDARD, read_topology

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.compose.containers import Container
    from ops.topology import Topology

_ROOT = Path(__file__).parents[2]
_OWN = Path(__file__).with_name("topology.ini")


def compose_topology(*paths: Path) -> Topology:
    """Return the topology of the containers: the standard one, and what differs here.

    Raises:
        WrongTopology: one of these files does not fit.
    """
    return read_topology(STANDARD, _OWN, *paths)


def write_project(topology: Topology, folder: Path) -> Path:
    """Write `compose.yaml`, and what the containers read (`conf/`).

    Raises:
        RuntimeError: secrets could not be given to the group of the services, which root may do.
    """
    conf = folder / "conf"
    render(topology, conf)
    _give_secrets(topology, conf)
    found = {
        machine.name: containers(topology, machine, conf / machine.name) for machine in topology.own
    }
    template = templates().get_template("compose/compose.yaml.j2")
    text = template.render(
        topology=topology,
        cluster=topology.cluster,
        deadlines=topology.deadlines,
        context=os.path.relpath(_ROOT, folder),
        published=_published(topology),
        containers=found,
        tracks_volume=tracks_volume,
        volumes=_volumes(found.values()),
        lent=_lent(topology),
    )
    path = folder / "compose.yaml"
    path.write_text(text, "utf-8")
    return path


def _give_secrets(topology: Topology, conf: Path) -> None:
    """Let the services read what is secret, by the number that their group has in the image."""
    group = int(topology.cluster["uid"])
    secrets = [conf / SECRETS / "database_password"]
    for machine in topology.own:
        own = (file for file in manifest.files(machine) if not file.mode % 8)
        secrets += [conf / machine.name / file.path[1:] for file in own]
    try:
        for path in secrets:
            os.chown(path, -1, group)
            path.chmod(0o640)
    except PermissionError as error:
        raise RuntimeError(
            f"{error.filename} cannot be given to group {group}, that of the services: "
            "run this as root"
        ) from error


def _lent(topology: Topology) -> set[str]:
    """Return the networks that are there before the containers: those of machines outside."""
    outside = (machine for machine in topology.machines.values() if machine.outside)
    return {network for machine in outside for network in machine.addresses}


def _published(topology: Topology) -> dict[str, list[int]]:
    """Return the ports of this machine that lead to machines of a role."""
    https, http = (int(topology.cluster[name]) for name in ("https_port", "http_port"))
    return {
        "balancer": [https, http, topology.ports["balancer_figures"]],
        "monitor": [topology.ports["nagios"]],
    }


def _volumes(found: Iterable[list[Container]]) -> list[str]:
    """Return the names of the volumes, each once, but that of the tracks, which may be a folder."""
    mounts = {volume for each in found for container in each for volume in container.volumes}
    return sorted({mount.partition(":")[0] for mount in mounts if not mount.startswith("$")})
