"""What a topology says, and what is said of a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cdpsfy.web import track_service
from ops import manifest
from ops.topology import STANDARD, WrongTopology, read_topology
from storage import deadline

if TYPE_CHECKING:
    from pathlib import Path


def test_machines_have_the_addresses_of_the_scenario() -> None:
    topology = read_topology()

    assert topology.machines["s1"].addresses["services"] == "10.1.2.11"
    assert topology.machines["s1"].addresses["storage"] == "10.1.3.11"
    assert topology.machines["nas3"].addresses["storage"] == "10.1.3.23"
    assert topology.machines["nagios"].addresses["clients"] == "10.1.1.13"


def test_a_machine_is_reached_in_the_first_network_that_both_share() -> None:
    topology = read_topology()
    machines = topology.machines

    assert topology.address(machines["s1"], machines["lb1"]) == "10.1.2.11"
    assert topology.address(machines["nas1"], machines["s1"]) == "10.1.3.21"
    assert topology.address(machines["nas1"], machines["nagios"]) == "10.1.10.21"
    with pytest.raises(WrongTopology, match="c1 and nas1 share no network"):
        topology.address(machines["nas1"], machines["c1"])


def test_a_machine_in_reserve_is_there_and_does_not_serve() -> None:
    topology = read_topology()

    assert "s4" in [machine.name for machine in topology.role("tracks")]
    assert "s4" not in [machine.name for machine in topology.serving("tracks")]


def test_a_later_file_stands_in_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[machines]\ns5 = tracks 15 gluster-fuse\n[deadlines]\nbalancer_get = 6\n")

    topology = read_topology(STANDARD, own)

    assert topology.machines["s5"].addresses["services"] == "10.1.2.15"
    assert topology.deadlines["balancer_get"] == 6
    assert topology.deadlines["gluster_ping"] == 4


def test_a_balancer_that_is_alone_has_the_virtual_addresses(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[machines]\nlb1 = balancer 1 alone\nlb2 = absent\n")

    topology = read_topology(STANDARD, own)
    lb1 = topology.machines["lb1"]

    assert {net: lb1.addresses[net] for net in topology.virtual} == topology.virtual
    assert "lb2" not in topology.machines
    assert manifest.services(lb1) == ["haproxy", "nagios-nrpe-server"]
    assert not [file for file in manifest.files(lb1) if "keepalived" in file.path]


def test_a_folder_that_others_keep_needs_no_nas(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    servers = "".join(f"s{n} = tracks 1{n} filesystem\n" for n in (1, 2, 3, 4))
    none = "".join(f"nas{n} = absent\n" for n in (1, 2, 3))
    own.write_text(f"[machines]\n{servers}{none}")

    topology = read_topology(STANDARD, own)

    assert {server.driver for server in topology.role("tracks")} == {"filesystem"}
    assert topology.role("nas") == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[machines]\ns5 = tracker 15", r"\[machines\] s5: tracker is no role"),
        ("[machines]\ns5 = tracks", r"\[machines\] s5: write its role, then the end"),
        ("[machines]\ns5 =", r"\[machines\] s5: nothing is no role"),
        ("[machines]\ns5 = tracks 15 nfs", r"\[machines\] s5: nfs is not known; known are"),
        ("[machines]\ns5 = tracks 15 clients:4", r"\[machines\] s5: clients is not known"),
        ("[machines]\ns5 = tracks 300", r"\[machines\] s5: 10.1.2.0/24 has no host 300"),
        ("[machines]\ns5 = tracks 11", r"\[machines\] s5: 10.1.2.11 is that of s1"),
        ("[machines]\ns5 = tracks 1", r"\[machines\] s5: 10.1.2.1 is that of \[virtual\] services"),
        ("[networks]\nclients = 10.1.1.0/33", r"\[networks\] clients: "),
        ("[virtual]\nclients = 10.9.9.9", r"\[virtual\] clients: 10.9.9.9 is not in 10.1.1.0/24"),
        ("[virtual]\nmoon = 10.1.1.1", r"\[virtual\] moon is not known; known are clients, serv"),
        ("[roles]\ntracks = moon", r"\[roles\] tracks: moon is no network"),
        ("[deadlines]\nreadiness = soon", r"\[deadlines\] readiness: soon is no number of seconds"),
        ("[deadlines]\nreadiness = 0", r"\[deadlines\] readiness: 0 is no number of seconds"),
        ("[ports]\nweb = 70000", r"\[ports\] web: 70000 is no port"),
        ("[deadlines]\nbalancer_gett = 1", r"\[deadlines\] balancer_gett is not known; known are"),
        ("[cluster]\nhomme = /opt", r"\[cluster\] homme is not known; known are body_limit, "),
        ("[ports]\nwebb = 80", r"\[ports\] webb is not known; known are"),
        ("[port]\nweb = 80", r"\[port\] is no section; known are cluster, "),
        ("[roles]\ntracker = services", r"\[roles\] tracker is not known; known are balancer, "),
        ("[machines]\n../s5 = tracks 15", r"\[machines\] ../s5: a name has letters"),
        ("[machines]\nnas4 = nas 24", r"\[machines\] nas4: nas come in threes, not 4"),
        ("[machines]\nnas2 = nas 22 reserve", r"\[machines\] nas1: nas come in threes"),
        ("[machines]\nlb3 = balancer 5", r"\[machines\] balancers are a pair, .* not 3"),
        ("[machines]\nlb2 = absent", r"\[machines\] balancers are a pair, .* not 1"),
        ("[machines]\nlb1 = balancer 1", r"\[machines\] lb1: 10.1.1.1 is that of \[virtual\]"),
        ("[machines]\nlb1 = balancer 3 alone", r"\[machines\] balancers are a pair, .* not 2"),
        (
            "[machines]\nnas1 = absent\nnas2 = absent\nnas3 = absent",
            r"\[machines\] no machine in use is nas",
        ),
        ("[cluster]\ncontainers = perhaps", r"\[cluster\] containers: write yes or no"),
        (
            "[cluster]\ncontainers = yes",
            r"\[machines\] s1: no container may mount; say gluster-gfapi",
        ),
        ("[machines]\nnas1 = nas 21 outside", r"\[machines\] nas1: only the nas of containers"),
        ("[machines]\nn2 = monitor 52", r"\[machines\] n2: there is one monitor already"),
        ("[machines]\nnagios = web 51", r"\[machines\] no machine in use is monitor"),
        ("web = 1", "File contains no section headers"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    own = tmp_path / "own.ini"
    own.write_text(line)

    with pytest.raises(WrongTopology, match=complaint):
        read_topology(STANDARD, own)


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[cluster]\n")

    with pytest.raises(WrongTopology, match=r"the section \[networks\] is missing"):
        read_topology(own)


def test_what_a_whole_topology_lacks_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text(STANDARD.read_text().replace("balancer_get =", "# balancer_get ="))

    with pytest.raises(WrongTopology, match=r"\[deadlines\] balancer_get is missing"):
        read_topology(own)


def test_the_table_of_deadlines_is_what_the_programs_wait() -> None:
    deadlines = read_topology().deadlines

    assert deadlines["storage_operation"] == deadline.OPERATION
    assert deadlines["storage_operation"] > 2 * deadlines["gluster_ping"]
    assert deadlines["balancer_upload"] == track_service._ANSWER


def test_an_edge_gives_up_what_it_has_kept_before_a_balancer_and_all_else_after_storage() -> None:
    deadlines = read_topology().deadlines

    assert deadlines["edge_check"] + deadlines["edge_part"] < deadlines["balancer_get"]
    # Four servers, one after the other, outlast a silent node.
    tries = 1 + deadlines["balancer_retries"]
    assert tries * deadlines["edge_part"] > 2 * deadlines["gluster_ping"]
    assert deadlines["edge_origin"] > deadlines["storage_operation"]


def test_what_was_purged_is_gone_within_ten_seconds() -> None:
    deadlines = read_topology().deadlines
    whole_seconds_that_have_begun, what_a_mount_remembers = 1, 1

    believed = deadlines["edge_fresh"] + whole_seconds_that_have_begun
    assert believed + what_a_mount_remembers + deadlines["edge_part"] <= 10
