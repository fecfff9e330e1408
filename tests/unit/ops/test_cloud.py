"""A topology that a cloud fills in part, and who a machine of its groups is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.cloud.member import describe_member
from ops.cloud.stack import topology_files
from ops.topology import STANDARD, WrongTopology, read_topology

if TYPE_CHECKING:
    from pathlib import Path


def _with_member(folder: Path, cloud: str, role: str, addresses: list[str]) -> Path:
    text = describe_member(read_topology(*topology_files(cloud)), role, addresses)
    own = folder / "member.ini"
    own.write_text(text)
    return own


def test_a_member_of_a_group_is_told_who_it_is_by_its_addresses(tmp_path: Path) -> None:
    own = _with_member(tmp_path, "openstack", "tracks", ["10.1.10.140", "10.1.2.130", "10.1.3.135"])

    topology = read_topology(*topology_files("openstack", own))

    (member,) = topology.serving("tracks")
    assert member.name == "tracks-10-1-2-130"
    assert member.driver == "gluster-gfapi"
    assert member.addresses == {
        "services": "10.1.2.130",
        "storage": "10.1.3.135",
        "management": "10.1.10.140",
    }


def test_where_networks_are_one_a_member_has_one_address(tmp_path: Path) -> None:
    own = _with_member(tmp_path, "aws", "web", ["10.1.2.200"])

    (member,) = read_topology(*topology_files("aws", own)).serving("web")

    assert member.name == "web-10-1-2-200"
    assert set(member.addresses.values()) == {"10.1.2.200"}


def test_a_member_of_no_group_or_of_another_network_is_refused() -> None:
    topology = read_topology(*topology_files("openstack"))

    with pytest.raises(WrongTopology, match="nas is not among what the cloud fills"):
        describe_member(topology, "nas", ["10.1.3.140"])
    with pytest.raises(WrongTopology, match=r"storage: none of 10\.1\.2\.130 is in 10\.1\.3\.0/24"):
        describe_member(topology, "tracks", ["10.1.2.130"])


def test_the_network_of_a_clouds_balancer_is_believed() -> None:
    standard, cloud = read_topology(), read_topology(*topology_files("openstack"))

    assert standard.proxies(standard.machines["web1"]) == ["10.1.2.3", "10.1.2.4"]
    assert cloud.proxies(cloud.machines["web1"]) == ["10.1.2.0/24"]


def test_who_may_mount_is_a_network_where_a_cloud_adds_track_servers() -> None:
    assert read_topology().volume_clients[:2] == ["10.1.3.11", "10.1.3.12"]
    assert read_topology(*topology_files("openstack")).volume_clients == ["10.1.3.0/24"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[machines]\nlb1 = absent", "balancers are a pair, .* not 1"),
        ("[cluster]\nby_cloud = balancers", r"by_cloud: balancers is no role"),
        ("[cluster]\nby_cloud = balancer", "lb1: balancers are the cloud's"),
    ],
)
def test_what_is_left_to_a_cloud_is_said_and_nothing_else(
    tmp_path: Path, line: str, complaint: str
) -> None:
    own = tmp_path / "own.ini"
    own.write_text(f"{line}\n")

    with pytest.raises(WrongTopology, match=complaint):
        read_topology(STANDARD, own)
