"""The drawings of docs/ are those of their text, which has its figures from the topology."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ops.document.drawings import drawings, is_of
from ops.document.pages import ROOT
from ops.topology import read_topology

if TYPE_CHECKING:
    from ops.topology import Topology

FOLDER = ROOT / "docs" / "drawings"


def test_each_drawing_is_of_its_text() -> None:
    """When it fails: `make docs`, and commit what it drew."""
    old = [path.name for path, text in drawings(FOLDER, read_topology()) if not is_of(path, text)]

    assert not old


def test_each_is_drawn_in_both_languages() -> None:
    names = {path.name for path, _ in drawings(FOLDER, read_topology())}

    assert names == {path.name for path in FOLDER.glob("*.svg")}
    assert {name.replace(".es", "") for name in names if ".es" in name} == {
        name for name in names if ".es" not in name
    }


def test_another_machine_is_another_drawing() -> None:
    topology = read_topology()
    fifth = replace(topology.machines["s3"], name="s5")
    more = replace(topology, machines={**topology.machines, "s5": fifth})

    assert ">s5<" in _machines(more)
    assert ">s5<" not in _machines(topology)
    assert not is_of(FOLDER / "machines.svg", _machines(more))


def test_every_machine_and_address_is_in_the_drawing() -> None:
    topology = read_topology()
    drawn = (FOLDER / "machines.svg").read_text("utf-8")

    for machine in topology.machines.values():
        assert f">{machine.name}" in drawn
    for network in topology.networks.values():
        assert str(network) in drawn


def _machines(topology: Topology) -> str:
    return dict(drawings(FOLDER, topology))[FOLDER / "machines.svg"]
