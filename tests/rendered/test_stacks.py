"""Clouds take the stacks: Heat by its own engine, CloudFormation by cfn-lint."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ops.cloud.stack import render_stack
from ops.topology import STANDARD, WrongTopology
from tests.rendered.stacks import ask_cfn_lint, ask_heat

if TYPE_CHECKING:
    from pathlib import Path


def _broken(folder: Path, number: int, file: str, right: str, wrong: str) -> Path:
    copy = folder.with_name(f"broken-{number}")
    shutil.copytree(folder, copy)
    text = (copy / file).read_text()
    assert right in text
    (copy / file).write_text(text.replace(right, wrong))
    return copy


@pytest.mark.timeout(900)  # Heat loads for ten seconds of a processor that is free
def test_heat_takes_the_stack_and_refuses_broken_ones(tmp_path: Path) -> None:
    folder = tmp_path / "openstack"
    render_stack("openstack", folder)
    faults = [
        ("stack.yaml", "vip_subnet:", "vip_subnett:", "Unknown Property vip_subnett"),
        ("stack.yaml", "{get_resource: site}", "{get_resource: sitte}", '"sitte"'),
        ("stack.yaml", "REDIRECT_TO_URL", "REDIRECT_ELSEWHERE", "is not an allowed value"),
        ("stack.yaml", "[front, vip_port_id]", "[front, vip_prt_id]", "vip_prt_id"),
        ("stack.yaml", "delay: 3", "delay: often", "'often' is not an integer"),
        ("track-server.yaml", "[services_port,", "[servicez_port,", '"servicez_port"'),
    ]
    broken = [_broken(folder, number, *fault[:3]) for number, fault in enumerate(faults)]

    whole, *said = ask_heat(folder, *broken)

    assert whole is None
    for (_, _, _, complaint), words in zip(faults, said, strict=True):
        assert words is not None
        assert complaint in words


@pytest.mark.timeout(900)  # as long, for five templates
def test_cfn_lint_finds_nothing_in_the_stack_and_refuses_broken_ones(tmp_path: Path) -> None:
    (path,) = render_stack("aws", tmp_path / "aws")
    faults = [
        ("HealthCheckPath:", "HealthCheckPaht:", "HealthCheckPaht"),
        ("!Ref FrontGroup", "!Ref FrontGruop", "FrontGruop"),
        ("MultiAZ: true", "MultiAZ: [1]", "is not of type 'boolean'"),
        # Without its machine, there is nothing to attach a brick to.
        ("    Condition: HasNas1\n    Properties:\n      InstanceId:",
         "    Properties:\n      InstanceId:", "Nas1"),
    ]  # fmt: skip
    broken = [_broken(path.parent, n, path.name, *fault[:2]) for n, fault in enumerate(faults)]

    said = ask_cfn_lint(path, *(folder / path.name for folder in broken))

    assert f"{path}:" not in said
    for folder, (_, _, complaint) in zip(broken, faults, strict=True):
        lines = [line for line in said.splitlines() if line.startswith(f"{folder}/")]
        assert [line for line in lines if complaint in line], complaint


@pytest.mark.parametrize("cloud", ["openstack", "aws"])
def test_a_volume_of_six_nodes_is_no_stack(tmp_path: Path, cloud: str) -> None:
    own = tmp_path / "own.ini"
    own.write_text("[machines]\n" + "".join(f"nas{n} = nas {20 + n}\n" for n in (4, 5, 6)))

    with pytest.raises(WrongTopology, match="a stack has 3 nas, not 6: let the volume grow"):
        render_stack(cloud, tmp_path, own)


@pytest.mark.parametrize("cloud", ["openstack", "aws"])
def test_no_stack_knows_another_port_than_the_topology(tmp_path: Path, cloud: str) -> None:
    standard = STANDARD.read_text()
    own = tmp_path / "own.ini"
    own.write_text("[ports]\nweb = 16543\ntracks = 16544\ninternal = 18000\ndatabase = 13306\n")

    written = render_stack(cloud, tmp_path, own)

    text = "".join(path.read_text() for path in written)
    for port in ("6543", "6544", "8000", "3306"):
        assert f" {port}" not in text.replace(f" 1{port}", "")
        assert f"= {port}\n" in standard
        assert f"1{port}" in text
