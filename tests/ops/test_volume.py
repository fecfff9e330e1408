"""Three bare machines become a started volume, and a second run changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.layout import FOLDERS, SENTINEL
from tests.gluster import options
from tests.ops.site import BRICK, SCRIPTS, VOLUME, Site, refusal

if TYPE_CHECKING:
    from tests.ops.nodes import Machine

pytestmark = pytest.mark.gluster


def test_every_brick_serves_with_the_options_that_the_measurements_call_for(site: Site) -> None:
    info = site.gluster("volume", "info", VOLUME).splitlines()
    status = site.gluster("volume", "status", VOLUME, "detail")

    assert "Status: Started" in info
    assert "Number of Bricks: 1 x 3 = 3" in info
    assert {f"{name}: {value}" for name, value in options().items()} <= set(info)
    assert status.count("Online               : Y") == 3


def test_initialised_it_has_its_folders_and_its_marker_on_every_node(site: Site) -> None:
    markers = {node.run("cat", str(BRICK / SENTINEL)) for node in site.nas}
    folders = [node.run("ls", str(BRICK / "objects")).split() for node in site.nas]

    assert len(markers) == 1
    assert [len(names) for names in folders] == [len(FOLDERS)] * 3


def test_a_second_run_changes_nothing(site: Site) -> None:
    before = _state(site)

    ready = site.make_nodes()
    started = site.make_volume()
    initialised = site.initialise()

    assert all(said.startswith("node: ready for") for said in ready)
    assert started == "volume: nas is started, 3 bricks online; nothing to do\n"
    assert initialised == "the volume is ready\n"
    assert _state(site) == before


def test_a_volume_with_other_bricks_is_left_alone(site: Site) -> None:
    said = refusal(site.nas[0], "volume", VOLUME, "/srv/brick/other", *site.hosts)

    assert f"volume nas exists, with other bricks: nas1:{BRICK}" in said


@pytest.mark.parametrize("script", ["volume", "grow", "replace", "heal", "node", "mount", "watch"])
def test_a_script_called_wrongly_says_how_it_is_called(site: Site, script: str) -> None:
    code, said = site.nas[0].attempt(str(SCRIPTS / f"{script}.sh"))

    assert code == 2
    assert said.startswith(f"usage: {script}.sh ")


def _state(site: Site) -> list[str]:
    return [site.gluster("volume", "info", VOLUME), site.gluster("pool", "list")] + [
        _uuid(node) for node in site.nas
    ]


def _uuid(node: Machine) -> str:
    return node.run("gluster", "system::", "uuid", "get")
