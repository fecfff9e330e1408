"""The scenario of VNX says what holds: its schema does not see what these tests do."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from ops.topology import WrongTopology
from ops.vnx.scenario import scenario_topology, write_scenario
from tests.components import require_program
from tests.deployment import ROOT
from tests.ops.site import BRICK, VOLUME, add_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ops.nodes import Lab, Machine

_SCHEMA = Path(os.environ.get("CDPSFY_VNX_SCHEMA", "/usr/share/xml/vnx/vnx-2.00.xsd"))
"""VNX's own, which is not copied here: its licence is the GPL."""
_LONGEST_NAME = 12


class Scenario:
    """One that was read, beside the folders that it names."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder = folder
        self.text = text
        self.root = ET.fromstring(text)  # noqa: S314 - our own
        self.machines = {vm.attrib["name"]: vm for vm in self.root.iter("vm")}
        self.networks = [net.attrib["name"] for net in self.root.iter("net")]

    def interfaces(self, vm: ET.Element) -> dict[str, IPv4Interface]:
        """Return the addresses of a machine, by network."""
        return {leg.attrib["net"]: IPv4Interface(_text(leg, "ipv4")) for leg in vm.iter("if")}

    def commands(self, name: str, seq: str) -> str:
        """Return what a machine runs in a sequence, as VNX hands it to its shell."""
        (found,) = (e for e in self.machines[name].iter("exec") if e.attrib["seq"] == seq)
        return (found.text or "").replace("\n", "", 1)

    def with_mistake(self, old: str, new: str) -> Scenario:
        """Return what it would be with the first of these pieces of text in another's place."""
        assert old in self.text
        return Scenario(self.folder, self.text.replace(old, new, 1))


def write(folder: Path, *own: Path) -> Scenario:
    """Write a scenario, and read it again."""
    return Scenario(folder, write_scenario(scenario_topology(*own), folder, "/image").read_text())


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return write(tmp_path_factory.mktemp("scenario"))


def test_vnx_takes_it_for_a_scenario(scenario: Scenario) -> None:
    if not _SCHEMA.exists():
        pytest.skip(f"VNX is not installed here: there is no {_SCHEMA}")

    subprocess.run(
        [require_program("xmllint"), "--noout", "--schema", _SCHEMA, scenario.folder / "p7.xml"],
        check=True,
    )


def test_it_has_the_machines_and_networks_of_the_topology(scenario: Scenario) -> None:
    topology = scenario_topology()

    named = {name for name, machine in topology.machines.items() if machine.role != "host"}
    assert set(scenario.machines) == named
    assert scenario.networks == list(topology.networks)
    for name, vm in scenario.machines.items():
        found = {net: str(leg.ip) for net, leg in scenario.interfaces(vm).items()}
        assert found == topology.machines[name].addresses


def test_no_name_and_no_address_is_there_twice(scenario: Scenario) -> None:
    addresses = [IPv4Interface(ipv4.text or "").ip for ipv4 in scenario.root.iter("ipv4")]
    names = [vm.attrib["name"] for vm in scenario.root.iter("vm")]

    for found in (addresses, names, scenario.networks):
        assert [each for each, times in Counter(found).items() if times > 1] == []
    for vm in scenario.root.iter("vm"):
        numbers = [leg.attrib["id"] for leg in vm.iter("if")]
        assert len(set(numbers)) == len(numbers)
        assert "0" not in numbers
    assert [name for name in (*names, *scenario.networks) if len(name) > _LONGEST_NAME] == []


def test_every_leg_is_in_a_network_that_there_is(scenario: Scenario) -> None:
    networks = scenario_topology().networks

    legs = [*scenario.root.iter("if"), *scenario.root.iter("hostif")]
    assert len(legs) > 30
    for leg in legs:
        assert leg.attrib["net"] in scenario.networks
        assert IPv4Interface(_text(leg, "ipv4")).network == networks[leg.attrib["net"]]


def test_everybody_is_reached_whom_a_machine_knows(scenario: Scenario) -> None:
    for name, vm in scenario.machines.items():
        hosts = (scenario.folder / "conf" / name / "etc/hosts").read_text().splitlines()
        known = {IPv4Address(line.split()[0]) for line in hosts if re.match(r"\d", line)}
        reached = [leg.network for leg in scenario.interfaces(vm).values()]
        reached += [_routed(scenario, vm, route) for route in vm.iter("route")]

        lost = [a for a in known if not a.is_loopback and not any(a in net for net in reached)]
        assert (name, lost) == (name, [])


def test_every_folder_it_names_is_there(scenario: Scenario) -> None:
    trees = list(scenario.root.iter("filetree"))
    shared = list(scenario.root.iter("shareddir"))

    assert len(trees) > len(scenario.machines)
    assert len(shared) >= 12
    for tree in (*trees, *shared):
        assert (scenario.folder / (tree.text or "")).exists(), tree.text
        assert tree.attrib["root"].startswith("/")
    for tree in trees:
        # VNX copies what a folder holds only when both end like this; it overlooks hidden files.
        assert (scenario.folder / (tree.text or "")).is_dir() == (tree.text or "").endswith("/")
        assert tree.attrib["root"].endswith("/") == (tree.text or "").endswith("/")
    assert list((scenario.folder / "conf").glob("*/.*")) == []


def test_no_two_machines_keep_something_in_one_folder(scenario: Scenario) -> None:
    folders = [shared.text or "" for shared in scenario.root.iter("shareddir")]

    twice = [folder for folder, times in Counter(folders).items() if times > 1]
    # From which each node of the database takes its first data.
    assert twice == ["data/new-database"]


def test_every_sequence_is_told_of_and_does_something(scenario: Scenario) -> None:
    done = {e.attrib["seq"] for tag in ("exec", "filetree") for e in scenario.root.iter(tag)}
    whole = _whole(scenario)
    told = {each.attrib["seq"] for each in scenario.root.iter("seq_help")}

    assert done - {"on_boot"} | set(whole) == told
    assert {seq for parts in whole.values() for seq in parts} <= done | set(whole)
    assert {"start-nas", "start-database", "start-lb", "start-tracks"} < set(whole["start"])


def test_every_command_is_one_of_a_shell_and_names_files_that_there_are(scenario: Scenario) -> None:
    for name, seq in _sequences(scenario):
        text = scenario.commands(name, seq)
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)
        assert text.startswith("set -e\n")
        for path in re.findall(r"/opt/cdpsfy/(ops/\S+)", text):
            assert os.access(ROOT / path, os.X_OK), path
        for path in re.findall(r"/(etc/cdpsfy/[\w.-]+)", text):
            assert (scenario.folder / "conf" / name / path).exists(), (name, path)


def test_each_service_is_started_by_a_sequence_of_start(scenario: Scenario) -> None:
    order = _whole(scenario)["start"]

    for name in scenario.machines:
        services = (scenario.folder / "conf" / name / "etc/cdpsfy/services").read_text().split()
        starting = [
            seq
            for seq in order
            if (name, seq) in set(_sequences(scenario))
            and "systemctl restart $name" in scenario.commands(name, seq)
        ]
        assert len(starting) == (1 if services else 0), name
    assert order[-1] == "start-nagios"


def test_each_service_is_stopped_once_and_the_database_by_its_first_node_last(
    scenario: Scenario,
) -> None:
    whole = _whole(scenario)
    order = [part for seq in whole["stop"] for part in whole.get(seq, [seq])]

    for name in scenario.machines:
        services = (scenario.folder / "conf" / name / "etc/cdpsfy/services").read_text().split()
        stopping = [seq for seq in order if (name, seq) in set(_sequences(scenario))]
        assert len(stopping) == (1 if services else 0), name
    # Whoever left last begins it again, and the first one is the first to be started.
    assert [seq for seq in order if seq.startswith("stop-db")] == [
        "stop-db3",
        "stop-db2",
        "stop-db1",
    ]


def test_a_server_in_reserve_is_taken_into_use_by_all_balancers(scenario: Scenario) -> None:
    for balancer in ("lb1", "lb2"):
        assert "server.sh ready s4" in scenario.commands(balancer, "add-s4")
        assert "server.sh stop s4" in scenario.commands(balancer, "remove-s4")
    assert "start-tracks" in {seq for name, seq in _sequences(scenario) if name == "s4"}


def test_no_command_empties_a_brick_or_takes_its_marks(scenario: Scenario) -> None:
    """As the course's own scenario did, at each boot."""
    for name, seq in _sequences(scenario):
        for line in scenario.commands(name, seq).splitlines():
            assert not re.search(r"setfattr|mkfs|wipefs|\.glusterfs", line), (name, seq, line)
            assert not re.search(r"\brm\b", line) or line == "rm /srv/database_password", line


def test_another_machine_of_the_topology_is_one_of_the_scenario(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[machines]\ns5 = tracks 15 gluster-gfapi\n")

    scenario = write(tmp_path / "scenario", own)

    assert str(scenario.interfaces(scenario.machines["s5"])["storage"].ip) == "10.1.3.15"


def test_a_name_that_vnx_refuses_is_refused_at_once(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[machines]\nthe-fifth-server = tracks 15\n")

    with pytest.raises(WrongTopology, match="the-fifth-server: VNX takes 12 letters at most"):
        scenario_topology(own)


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        (
            '<net name="storage" mode="virtual_bridge"/>',
            "",
            test_every_leg_is_in_a_network_that_there_is,
        ),
        ("10.1.1.12/24", "10.1.1.11/24", test_no_name_and_no_address_is_there_twice),
        ("10.1.1.12/24", "10.1.2.12/24", test_every_leg_is_in_a_network_that_there_is),
        ('<vm name="c2"', '<vm name="c1"', test_no_name_and_no_address_is_there_twice),
        (
            "</if>",
            '</if><route type="ipv4" gw="10.1.1.99">10.1.2.0/24</route>',
            test_everybody_is_reached_whom_a_machine_knows,
        ),
        (
            "</if>",
            '</if><route type="ipv4" gw="10.1.1.12">10.1.2.0/24</route>',
            test_everybody_is_reached_whom_a_machine_knows,
        ),
        ("data/nas2/brick", "data/nas2/bricks", test_every_folder_it_names_is_there),
        ("data/nas2/brick", "data/nas1/brick", test_no_two_machines_keep_something_in_one_folder),
        (",make-volume,", ",make-volumes,", test_every_sequence_is_told_of_and_does_something),
        (
            "ops/vnx/start_nas.sh",
            "ops/vnx/start-nas.sh",
            test_every_command_is_one_of_a_shell_and_names_files_that_there_are,
        ),
        (",start-lb,", ",", test_each_service_is_started_by_a_sequence_of_start),
        (
            "stop-nagios,",
            "",
            test_each_service_is_stopped_once_and_the_database_by_its_first_node_last,
        ),
        (
            "mknod -m 600",
            "setfattr -x trusted.gfid",
            test_no_command_empties_a_brick_or_takes_its_marks,
        ),
    ],
)
def test_a_mistake_in_it_would_be_seen(
    scenario: Scenario, old: str, new: str, check: Callable[[Scenario], None]
) -> None:
    with pytest.raises(AssertionError):
        check(scenario.with_mistake(old, new))


def test_writing_it_again_empties_no_brick(tmp_path: Path) -> None:
    first = write(tmp_path)
    song = first.folder / "data/nas1/brick/nas/a song"
    song.parent.mkdir()
    song.write_text("music")

    write(tmp_path)

    assert song.read_text() == "music"


@pytest.mark.gluster
def test_a_container_made_anew_has_its_brick_and_is_the_same_node(
    lab: Lab, scenario: Scenario
) -> None:
    node = add_node(lab, 1)
    _start(node, scenario)
    uuid = node.run("gluster", "system::", "uuid", "get")
    node.run("gluster", "--mode=script", "volume", "create", VOLUME, f"nas1:{BRICK}")
    node.run("touch", str(BRICK / "a song"))
    before = _attributes(node)
    node.run("pkill", "glusterd")
    node.run("sh", "-c", "echo 0123456789abcdef0123456789abcdef >/etc/machine-id")

    said = _start(node, scenario)

    assert f"ready for {BRICK}" in said
    assert node.run("gluster", "system::", "uuid", "get") == uuid
    assert node.run("ls", str(BRICK)) == "a song\n"
    assert _attributes(node) == before
    assert "trusted.glusterfs.volume-id" in before


@pytest.mark.gluster
def test_a_brick_whose_node_forgot_it_is_left_alone(lab: Lab, scenario: Scenario) -> None:
    """As when only `data/nas1/brick` was kept; the course's own scenario emptied each brick."""
    node = add_node(lab, 1)
    _start(node, scenario)
    node.run("gluster", "--mode=script", "volume", "create", VOLUME, f"nas1:{BRICK}")
    node.run("touch", str(BRICK / "a song"))
    before = _attributes(node)
    node.run("pkill", "glusterd")
    node.run("sh", "-c", "rm -r /var/lib/glusterd/*")

    code, said = node.attempt("sh", "-l", "-c", scenario.commands("nas1", "start-nas"))

    assert code == 1
    assert "holds the brick of a volume that this node does not belong to" in said
    assert node.run("ls", str(BRICK)) == "a song\n"
    assert _attributes(node) == before


def _start(node: Machine, scenario: Scenario) -> str:
    """Run the sequence up to where systemd, which is not here, would start the services."""
    commands = scenario.commands("nas1", "start-nas").partition("for name in")[0]
    return node.run("sh", "-l", "-c", commands)


def _attributes(node: Machine) -> str:
    return node.run("getfattr", "--absolute-names", "-d", "-m", ".", "-e", "hex", str(BRICK))


def _routed(scenario: Scenario, vm: ET.Element, route: ET.Element) -> IPv4Network:
    """Return where a route leads, by a neighbour that lets the traffic of others pass."""
    gateway = IPv4Address(route.attrib["gw"])
    assert any(gateway in leg.network for leg in scenario.interfaces(vm).values())
    there = [
        other
        for other in scenario.machines.values()
        if gateway in [leg.ip for leg in scenario.interfaces(other).values()]
    ]
    assert [other.find("forwarding") is not None for other in there] == [True], gateway
    return IPv4Network("0.0.0.0/0" if route.text == "default" else route.text or "")


def _whole(scenario: Scenario) -> dict[str, list[str]]:
    """Return the sequences that are made of others."""
    found = scenario.root.iter("cmd-seq")
    return {each.attrib["seq"]: (each.text or "").split(",") for each in found}


def _sequences(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for name, vm in scenario.machines.items():
        for each in vm.iter("exec"):
            yield name, each.attrib["seq"]


def _text(element: ET.Element, child: str) -> str:
    return element.findtext(child) or ""
