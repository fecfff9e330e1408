"""The configuration that is rendered for Nagios, its web page and the remote executors."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ops import manifest
from ops.render import render
from ops.topology import STANDARD, Topology, read_topology
from tests.components import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator

MONITOR = "etc/nagios4"
PLUGINS = STANDARD.with_name("nagios") / "plugins"


@pytest.fixture(scope="module")
def topology() -> Topology:
    return read_topology()


@pytest.fixture(scope="module")
def rendered(topology: Topology) -> Iterator[Path]:
    # Nagios looks as a user of its own, and pytest's folders are root's alone.
    with TemporaryDirectory(prefix="rendered-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        render(topology, folder)
        yield folder


@pytest.fixture(scope="module")
def objects(rendered: Path) -> str:
    return (rendered / "nagios" / MONITOR / "cdpsfy/objects.cfg").read_text("utf-8")


def services(objects: str) -> dict[tuple[str, str], str]:
    """Return the command of every service, by machine and name."""
    found = {}
    for block in re.findall(r"define service \{\n(.*?)\n\}", objects, re.DOTALL):
        values = dict(line.split(None, 1) for line in block.splitlines())
        if "service_description" in values:
            found[values["host_name"], values["service_description"]] = values["check_command"]
    return found


def nrpe_commands(rendered: Path, machine: str) -> set[str]:
    text = (rendered / machine / "etc/nagios/nrpe.cfg").read_text("utf-8")
    return set(re.findall(r"^command\[([^]]+)\]=", text, re.MULTILINE))


def test_nagios_finds_no_error_and_no_warning(rendered: Path) -> None:
    folder = rendered / "nagios" / MONITOR
    config = rendered / "nagios.cfg"
    text = (folder / "nagios.cfg").read_text("utf-8")
    config.write_text(text.replace("/etc/nagios4/cdpsfy", str(folder / "cdpsfy")))
    command = [require_program("nagios4"), "-v", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"Total Warnings: 0\nTotal Errors: +0", done.stdout), done.stdout


def test_nginx_takes_the_configuration_of_the_web_page(rendered: Path) -> None:
    text = (rendered / "nagios/etc/nginx/nginx.conf").read_text("utf-8")
    assert re.findall(r"listen (\S+);", text) == ["10.1.10.51:80", "127.0.0.1:80"]
    config = rendered / "nginx.conf"
    # An address that the machine of the test has.
    config.write_text(text.replace("10.1.10.51", "127.0.0.2"))
    command = [require_program("nginx"), "-t", "-q", "-c", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_sudo_takes_the_rules_of_every_machine(rendered: Path, topology: Topology) -> None:
    for machine in topology.role("balancer", "web", "database", "tracks", "nas", "monitor"):
        file = rendered / machine.name / "etc/sudoers.d/cdpsfy-nagios"
        # It looks at the owner and the mode of the file, too.
        assert file.stat().st_mode & 0o777 == 0o440
        command = [require_program("visudo"), "-c", "-f", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_of_every_machine_in_use_is_watched(objects: str, topology: Topology) -> None:
    watched = services(objects)
    for machine in topology.machines.values():
        units = [name for name in manifest.services(machine) if not name.endswith(".timer")]
        for name in units:
            assert ((machine.name, name) in watched) is not machine.reserve


def test_what_the_remote_executors_are_asked_they_know(objects: str, rendered: Path) -> None:
    for (machine, name), command in services(objects).items():
        kind, _, argument = command.partition("!")
        if kind == "remote":
            assert argument in nrpe_commands(rendered, machine), (machine, name)


def test_what_several_are_asked_all_of_them_know(objects: str, rendered: Path) -> None:
    machines = {"volume": "nas", "brick": "nas", "mariadb": "db", "fsck": "web"}
    for command in services(objects).values():
        if match := re.match(r"plugin!(?:first_of|worst_of|majority) (\S+) ", command):
            assert match[1] in nrpe_commands(rendered, f"{machines[match[1]]}1")


def test_who_may_be_repaired_knows_how(objects: str, rendered: Path) -> None:
    blocks = re.findall(r"define service \{\n(.*?)\n\}", objects, re.DOTALL)
    repaired = [block for block in blocks if "repair!repair" in block]
    assert repaired
    for block in repaired:
        values = dict(line.split(None, 1) for line in block.splitlines())
        assert "repair" in nrpe_commands(rendered, values["host_name"])


def test_every_plugin_that_is_named_is_there(objects: str, rendered: Path) -> None:
    named = set(re.findall(r"plugin!(\w+)", objects))
    for file in rendered.glob("*/etc/nagios/nrpe.cfg"):
        named |= set(re.findall(r"run\.sh plugins\.(\w+)", file.read_text("utf-8")))
    assert named <= {file.stem for file in PLUGINS.glob("*.py")}


def test_the_disk_is_looked_at_where_a_role_keeps_its_data(rendered: Path) -> None:
    for machine, folder in {"db1": "/var/lib/mysql", "nagios": "/var/lib/nagios4"}.items():
        text = (rendered / machine / "etc/nagios/nrpe.cfg").read_text("utf-8")
        (disk,) = re.findall(r"^command\[disk\]=.*", text, re.MULTILINE)
        assert disk.endswith(f"-p / -p /var/log -p {folder}")


def test_remote_executors_listen_to_the_monitor_alone(rendered: Path, topology: Topology) -> None:
    for machine in topology.serving("nas", "tracks", "web", "database", "balancer"):
        text = (rendered / machine.name / "etc/nagios/nrpe.cfg").read_text("utf-8")
        assert f"server_address={machine.addresses['management']}\n" in text
        assert "allowed_hosts=127.0.0.1,10.1.10.51\n" in text
        assert "dont_blame_nrpe=0\n" in text


def test_a_fault_is_told_within_a_minute(objects: str, topology: Topology) -> None:
    """Add up the waits: until it is looked at, the looks that make it certain, the longest look."""
    attempts = int(re.findall(r"max_check_attempts +(\d+)", objects)[0])
    deadlines = topology.deadlines
    looks = deadlines["watch"] + (attempts - 1) * deadlines["watch_again"]
    longest = 12
    assert looks + longest <= 60


def test_a_fault_is_not_told_before_the_storage_had_its_time(
    objects: str, topology: Topology
) -> None:
    attempts = int(re.findall(r"max_check_attempts +(\d+)", objects)[0])
    patience = (attempts - 1) * topology.deadlines["watch_again"]
    assert patience >= topology.deadlines["storage_operation"]


def test_the_web_page_asks_who_is_there_where_users_are_named(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.ini"
    overlay.write_text("[cluster]\nnagios_users = /etc/cdpsfy/nagios_users\n")
    render(read_topology(STANDARD, overlay), tmp_path / "rendered")
    folder = tmp_path / "rendered/nagios/etc"
    assert "use_authentication=1" in (folder / "nagios4/cgi.cfg").read_text("utf-8")
    nginx = (folder / "nginx/nginx.conf").read_text("utf-8")
    assert "auth_basic_user_file /etc/cdpsfy/nagios_users;" in nginx
