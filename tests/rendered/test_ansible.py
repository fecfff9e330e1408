"""Ansible's inventory is the topology, and its checker finds nothing in the playbook."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from ops import manifest
from ops.ansible.inventory import write_inventory
from ops.topology import STANDARD, read_topology
from tests.components import missing
from tests.deployment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAMS = ROOT / "ops/ansible/.venv/bin"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = write_inventory(read_topology(STANDARD), tmp_path_factory.mktemp("rendered"))
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def test_ansible_lint_finds_nothing_by_the_rules_for_production() -> None:
    done = _run("ansible-lint", "--offline", "--nocolor", "--profile", "production", "ops/ansible")

    assert done.returncode == 0, done.stdout
    assert "0 failure(s), 0 warning(s)" in done.stderr


def test_every_machine_of_the_cluster_is_in_the_group_of_its_role(
    inventory: dict[str, Any],
) -> None:
    topology = read_topology(STANDARD)

    for role in manifest.PACKAGES:
        hosts = inventory["all"]["children"][role]["hosts"]
        assert list(hosts) == [machine.name for machine in topology.role(role)]
        for machine in topology.role(role):
            assert hosts[machine.name]["ansible_host"] == machine.addresses["management"]
            assert hosts[machine.name]["cdpsfy_services"] == manifest.services(machine)


def test_nobody_but_those_who_read_a_file_is_restarted_for_it(inventory: dict[str, Any]) -> None:
    groups = inventory["all"]["children"]
    s1 = _readers(groups["tracks"]["hosts"]["s1"])
    web1 = _readers(groups["web"]["hosts"]["web1"])

    assert s1["/etc/hosts"] == []
    assert s1["/etc/cdpsfy/edge.conf"] == ["cdpsfy-edge"]
    assert s1["/etc/cdpsfy/site.ini"] == ["cdpsfy-tracks"]
    assert s1["/etc/systemd/system/cdpsfy-nas-watch.timer"] == ["cdpsfy-nas-watch.timer"]
    assert web1["/etc/cdpsfy/database_url"] == ["cdpsfy-web", "cdpsfy-worker"]


def test_every_service_is_named_by_a_unit_or_by_what_it_reads(inventory: dict[str, Any]) -> None:
    for role in manifest.PACKAGES:
        for name, variables in inventory["all"]["children"][role]["hosts"].items():
            read = {reader for each in _readers(variables).values() for reader in each}
            assert set(variables["cdpsfy_services"]) == read, name


def test_no_secret_stands_in_the_inventory(tmp_path: Path) -> None:
    text = write_inventory(read_topology(STANDARD), tmp_path).read_text()

    for name in ("ticket_keys", "database_password"):
        assert (tmp_path / "secrets" / name).read_text().strip() not in text


def test_ansible_reads_the_inventory(tmp_path: Path) -> None:
    path = write_inventory(read_topology(STANDARD), tmp_path)

    done = _run("ansible-inventory", "-i", str(path), "--graph")

    assert done.returncode == 0, done.stderr
    assert "@tracks:" in done.stdout
    assert "--s4" in done.stdout


def _readers(variables: dict[str, Any]) -> dict[str, list[str]]:
    return {file["path"]: file["readers"] for file in variables["cdpsfy_files"]}


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    if not (_PROGRAMS / program).exists():
        missing(f"{_PROGRAMS.parent} is not there: make ops/ansible/.venv/.installed")
    # The checker starts others of its environment.
    path = f"{_PROGRAMS}:{os.environ['PATH']}"
    return subprocess.run(
        [str(_PROGRAMS / program), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PATH": path},
    )
