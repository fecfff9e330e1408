"""Renders the templates from which a cloud makes the whole cluster."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import UndefinedError

from ops import manifest
from ops.render import templates
from ops.topology import STANDARD, Topology, WrongTopology, read_topology

if TYPE_CHECKING:
    from ipaddress import IPv4Network

_OPS = Path(__file__).parents[1]
CLOUDS = ("openstack", "aws")
_NAS = 3


def topology_files(cloud: str, *own: Path) -> list[Path]:
    """Return the files of a cloud's topology: the standard one, what is different there, yours."""
    return [STANDARD, _OPS / cloud / "topology.ini", *own]


def render_stack(cloud: str, folder: Path, *own: Path) -> list[Path]:
    """Write the templates of Heat (OpenStack) or CloudFormation (AWS) to a folder; return them.

    Raises:
        WrongTopology: it is not one for this cloud, or does not say what a template needs.
    """
    topology = read_topology(*topology_files(cloud, *own))
    _require_three_nas(topology)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for template in sorted((_OPS / cloud).glob("*.yaml.j2")):
        path = folder / template.stem
        path.write_text(_text(topology, f"{cloud}/{template.name}"), "utf-8")
        written.append(path)
    return written


def _text(topology: Topology, template: str) -> str:
    try:
        return (
            templates()
            .get_template(template)
            .render(
                topology=topology,
                cluster=topology.cluster,
                ports=topology.ports,
                deadlines=topology.deadlines,
                packages=manifest.PACKAGES,
                quarters=quarters,
                within=lambda address, network: IPv4Address(address) in network,
            )
        )
    except UndefinedError as error:
        raise WrongTopology(f"{template}: {error.message}") from error


def quarters(network: IPv4Network) -> list[IPv4Network]:
    """Return a network's four quarters: one for each availability zone, and one for balancers."""
    return list(network.subnets(prefixlen_diff=2))


def _require_three_nas(topology: Topology) -> None:
    """Refuse a larger volume: it grows in threes, when it is up."""
    nas = topology.serving("nas")
    if len(nas) != _NAS:
        raise WrongTopology(
            f"[machines] a stack has {_NAS} nas, not {len(nas)}: let the volume grow"
            " when it is up (ops/gluster/README.md)"
        )
