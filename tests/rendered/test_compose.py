"""compose.yaml has the machines and services of its topology, and nothing that is not there."""

from __future__ import annotations

import json
import os
import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from ops import manifest
from ops.check import check_rendered
from ops.compose.project import compose_topology, write_project
from ops.topology import STANDARD, WrongTopology, read_topology
from tests.components import require_program, require_root
from tests.deployment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from ops.topology import Topology

_GROUP = 970
_GLUSTER = ROOT / "ops/compose/gluster.ini"


class Project:
    """One that was written, and its services read again by the form that the template has."""

    def __init__(self, folder: Path, *own: Path) -> None:
        self.topology: Topology = compose_topology(*own)
        self.folder = folder
        self.text = write_project(self.topology, folder).read_text()
        body = self.text.partition("\nservices:\n")[2].partition("\nnetworks:\n")[0]
        blocks = re.split(r"^  ([a-z0-9-]+):$", body, flags=re.MULTILINE)
        self.services = dict(zip(blocks[1::2], blocks[2::2], strict=True))

    def value(self, service: str, name: str) -> str:
        """Return what a service says of itself in one line, or nothing."""
        found = re.search(rf"^    {name}: (.+)$", self.services[service], re.MULTILINE)
        return found[1] if found else ""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    require_root()
    return Project(tmp_path_factory.mktemp("project"))


def test_every_unit_of_every_machine_is_a_container_that_shares_its_network(
    project: Project,
) -> None:
    for machine in project.topology.machines.values():
        units = manifest.services(machine)
        for unit in units:
            name = f"{machine.name}-{unit.removeprefix('cdpsfy-')}"
            outside = unit == "nagios-nrpe-server" or unit.endswith(".timer")
            assert (name in project.services) != outside, name
            if not outside:
                assert project.value(name, "network_mode") == f"service:{machine.name}"
    assert {"lb-haproxy", "web1-worker", "db1-mariadb", "nagios-nagios4"} < set(project.services)
    for number in (1, 2, 3):
        assert {f"s{number}-tracks", f"s{number}-edge"} < set(project.services)


def test_a_machine_has_its_addresses_and_the_gateway_has_none_of_them(project: Project) -> None:
    taken = set()
    for machine in project.topology.machines.values():
        legs = dict(
            re.findall(
                r"^      (\w+): \{ipv4_address: (\S+)\}",
                project.services[machine.name],
                re.MULTILINE,
            )
        )
        assert legs == machine.addresses
        taken |= set(legs.values())
    nets = re.findall(r"\{subnet: (\S+), gateway: (\S+)\}", project.text)

    assert len(nets) == 3
    for subnet, gateway in nets:
        assert subnet in {str(net) for net in project.topology.networks.values()}
        assert str(IPv4Address(gateway)) not in taken


def test_nobody_is_root_or_can_become_it(project: Project) -> None:
    for name in project.services:
        assert project.value(name, "cap_drop") == "[ALL]"
        assert "no-new-privileges:true" in project.value(name, "security_opt")
        assert project.value(name, "user") not in {"root", "0"}
    assert {project.value(name, "user") for name in project.services} == {
        "",  # who holds a network: the image's own, cdpsfy
        *("cdpsfy", "haproxy", "mysql", "nagios", "www-data"),
    }
    assert (ROOT / "ops/compose/Dockerfile").read_text().rstrip().endswith("\nUSER cdpsfy")


def test_what_is_mounted_was_rendered_and_is_not_written(project: Project) -> None:
    mounts = re.findall(r"^      - \./(conf/\S+?):(\S+?)(:ro)?$", project.text, re.MULTILINE)

    assert len(mounts) > 20
    for source, target, only_read in mounts:
        assert (project.folder / source).exists(), source
        assert source.endswith(target)
        assert only_read


def test_a_command_is_that_of_the_rendered_unit_or_a_script_that_there_is(
    project: Project,
) -> None:
    unit = (project.folder / "conf/s2/etc/systemd/system/cdpsfy-tracks.service").read_text()

    assert f"ExecStart={' '.join(json.loads(project.value('s2-tracks', 'command')))}\n" in unit
    for name in project.services:
        for word in json.loads(project.value(name, "command")):
            if (path := word.removeprefix("/opt/cdpsfy/")) != word and path.startswith("ops/"):
                assert os.access(ROOT / path, os.R_OK), path


def test_secrets_are_for_the_group_of_the_services_alone(project: Project) -> None:
    names = ("secrets/database_password", "lb/etc/cdpsfy/tls.pem", "s1/etc/cdpsfy/ticket_keys")

    for name in names:
        there = (project.folder / "conf" / name).stat()
        assert (there.st_gid, there.st_mode & 0o777) == (_GROUP, 0o640), name


def test_the_programs_take_what_they_will_read(project: Project) -> None:
    for program in ("haproxy", "nagios4", "nginx"):
        require_program(program)

    said = list(check_rendered(project.topology, project.folder / "conf"))

    for line in ("lb: haproxy", "nagios: nagios4", "nagios: nginx", "s1: nginx", "db1: mariadbd"):
        assert any(each.startswith(f"{line} takes") for each in said), line


def test_nagios_asks_each_machine_from_outside(project: Project) -> None:
    objects = (project.folder / "conf/nagios/etc/nagios4/cdpsfy/objects.cfg").read_text()

    assert "nrpe" not in objects
    assert "plugin!ready http://10.31.2.11:6544 " in objects
    assert "upload-play-delete" in objects
    assert "keepalived" not in objects


def test_a_line_more_is_a_track_server_more(tmp_path: Path) -> None:
    require_root()
    own = tmp_path / "own.ini"
    own.write_text("[machines]\ns4 = tracks 14 filesystem\n")

    project = Project(tmp_path / "project", own)

    assert {"s4", "s4-tracks", "s4-edge"} < set(project.services)
    config = (project.folder / "conf/lb/etc/haproxy/haproxy.cfg").read_text()
    assert "server s4 10.31.2.14:6544 check" in config


def test_on_a_volume_of_gluster_the_containers_reach_three_nas_outside(tmp_path: Path) -> None:
    require_root()

    project = Project(tmp_path, _GLUSTER)

    assert not [name for name in project.services if name.startswith("nas")]
    assert "/mnt/nas" not in project.text
    for number in (1, 2, 3):
        server = project.services[f"s{number}"]
        assert f"storage: {{ipv4_address: 10.1.3.1{number}}}" in server
        assert re.findall(r'- "(nas\d):10\.1\.3\.2(\d)"', server) == [
            ("nas1", "1"),
            ("nas2", "2"),
            ("nas3", "3"),
        ]
    ini = (tmp_path / "conf/s1/etc/cdpsfy/site.ini").read_text()
    assert "storage.driver = gluster-gfapi\nstorage.hosts = nas1 nas2 nas3\n" in ini
    assert "  storage:\n    # That of" in project.text
    assert "    external: true\n    name: cdpsfy_storage\n" in project.text
    assert not (tmp_path / "conf/nas1").exists()


def test_the_volume_admits_the_containers_by_the_addresses_that_they_have_on_it() -> None:
    admitted = read_topology(STANDARD).volume_clients

    outside = compose_topology(_GLUSTER)

    assert set(outside.volume_clients) <= set(admitted)
    for nas in outside.role("nas"):
        assert (
            nas.addresses["storage"]
            == read_topology(STANDARD).machines[nas.name].addresses["storage"]
        )


def test_whoever_reaches_gluster_has_the_parts_that_its_library_loads() -> None:
    """libgfapi0 does not depend on them, and says "No such file or directory" of every volume."""
    image = (ROOT / "ops/compose/Dockerfile").read_text()

    assert {"libgfapi0", "glusterfs-common"} <= set(image.split())
    assert {"libgfapi0", "glusterfs-common"} <= set(manifest.PACKAGES["tracks"])


def test_a_nas_in_a_container_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[machines]\nnas1 = nas 21\nnas2 = nas 22\nnas3 = nas 23\n")

    with pytest.raises(WrongTopology, match="nas1: no container is a nas; say outside"):
        compose_topology(own)


def test_every_container_has_a_bound_for_its_memory_processes_and_logs(project: Project) -> None:
    for name in project.services:
        assert re.fullmatch(r"\d+[mg]", project.value(name, "mem_limit")), name
        assert project.value(name, "pids_limit") == "512"
        assert project.value(name, "logging") == "*logging"
        assert project.value(name, "restart") in {"unless-stopped", "on-failure"}
    # The edge keeps its parts in memory.
    kept = int(project.topology.cluster["edge_cache"]) >> 20
    assert int(project.value("s1-edge", "mem_limit").removesuffix("m")) >= 2 * kept
