"""Who a machine is that a cloud's group has just made: a line of the topology nobody wrote."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ops.topology import Topology, WrongTopology

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRIVER = "gluster-gfapi"
"""It needs no mount, so nothing of it has to be watched and mounted anew."""


def describe_member(topology: Topology, role: str, addresses: Sequence[str]) -> str:
    """Return a topology of one machine: of this role, with these addresses, named by the first.

    Raises:
        WrongTopology: the cloud does not fill the role, or one of its networks has no such address.
    """
    if role not in topology.by_cloud:
        raise WrongTopology(f"[cluster] by_cloud: {role} is not among what the cloud fills")
    numbers = {leg: _number(topology, leg, addresses) for leg in topology.legs[role]}
    name = f"{role}-{_address_in(topology, topology.legs[role][0], addresses)}".replace(".", "-")
    first = next(iter(numbers.values()))
    elsewhere = " ".join(f"{leg}:{number}" for leg, number in numbers.items())
    driver = f" {_DRIVER}" if role == "tracks" else ""
    return f"[machines]\n{name} = {role} {first} {elsewhere}{driver}\n"


def _number(topology: Topology, leg: str, addresses: Sequence[str]) -> int:
    network = topology.networks[leg]
    return int(IPv4Address(_address_in(topology, leg, addresses))) - int(network.network_address)


def _address_in(topology: Topology, leg: str, addresses: Sequence[str]) -> str:
    network = topology.networks[leg]
    for address in addresses:
        if IPv4Address(address) in network:
            return address
    raise WrongTopology(f"[networks] {leg}: none of {', '.join(addresses)} is in {network}")
