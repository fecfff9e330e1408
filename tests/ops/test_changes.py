"""A volume heals, grows, and gets a node replaced, by the scripts and amid listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ops.listening import listening
from tests.ops.site import BRICK, VOLUME, Site, add_node, refusal, run

if TYPE_CHECKING:
    from tests.ops.nodes import Lab, Machine

pytestmark = [pytest.mark.gluster, pytest.mark.long]


@pytest.fixture
def site(lab: Lab) -> Site:
    site = Site(lab)
    site.make_nodes()
    site.make_volume()
    site.initialise()
    return site


def test_what_a_node_missed_is_healed(site: Site) -> None:
    with listening(site) as problems:
        site.nas[2].run("pkill", "-KILL", "-x", "glusterfsd")
        while_away = len(objects(site.nas[0]))
        site.s1.run("sleep", "5")
    said = run(site.nas[0], "heal", VOLUME)

    assert problems == []
    assert len(objects(site.nas[0])) > while_away
    assert said.endswith("heal: nas: nothing pending on 3 bricks\n")
    assert_all_alike(site.nas)


def test_three_nodes_become_six(site: Site) -> None:
    new = [add_node(site.lab, number) for number in (4, 5, 6)]
    for node in new:
        run(node, "node", BRICK)

    with listening(site) as problems:
        said = run(site.nas[0], "grow", VOLUME, BRICK, "nas4", "nas5", "nas6", timeout=400)
    again = run(site.nas[0], "grow", VOLUME, BRICK, "nas4", "nas5", "nas6")

    assert problems == []
    assert "grow: nas: rebalanced, " in said
    assert again == "grow: nas is rebalanced; nothing to do\n"
    assert_all_alike(site.nas)
    assert_all_alike(new)
    assert objects(site.nas[0])
    assert objects(new[0])


def test_another_node_takes_the_place_of_a_dead_one(site: Site) -> None:
    new = add_node(site.lab, 4)
    run(new, "node", BRICK)

    with listening(site) as problems:
        site.nas[2].power_off()
        said = run(site.nas[0], "replace", VOLUME, "nas3", "nas4", BRICK, timeout=400)

    assert problems == []
    assert "nas4 has the place of nas3" in said
    assert "nas3 left the pool" in said
    assert run(site.nas[0], "heal", VOLUME).endswith("nothing pending on 3 bricks\n")
    assert_all_alike([*site.nas[:2], new])


def test_a_node_that_was_installed_anew_with_an_empty_disk_takes_its_old_place(site: Site) -> None:
    node = site.nas[2]

    with listening(site) as problems:
        node.power_off()
        node.lose_system()
        node.lose_disk()
        node.power_on()
        run(node, "node", BRICK)
        advice = refusal(site.nas[0], "replace", VOLUME, "nas3", "nas3", BRICK)
        run(node, "node", *advice.partition("node.sh ")[2].partition(";")[0].split())
        said = run(site.nas[0], "replace", VOLUME, "nas3", "nas3", BRICK, timeout=400)

    assert problems == []
    assert f"nas3:{BRICK} begins anew" in said
    assert run(site.nas[0], "heal", VOLUME).endswith("nothing pending on 3 bricks\n")
    assert_all_alike(site.nas)


def test_a_node_that_was_installed_anew_keeps_what_its_disk_still_has(site: Site) -> None:
    node = site.nas[2]
    uuid = node.run("gluster", "system::", "uuid", "get").split()[-1]

    with listening(site) as problems:
        node.power_off()
        node.lose_system()
        node.power_on()
        refused = refusal(node, "node", BRICK)
        run(node, "node", "--uuid", uuid, "--peer", "nas1", BRICK)
        said = run(site.nas[0], "replace", VOLUME, "nas3", "nas3", BRICK, timeout=400)

    assert problems == []
    assert "If the node was installed anew, see --uuid" in refused
    assert "begins anew" not in said
    assert run(site.nas[0], "heal", VOLUME).endswith("nothing pending on 3 bricks\n")
    assert_all_alike(site.nas)


def objects(node: Machine) -> str:
    """List a brick's files with their digests, but for those that only point elsewhere (DHT)."""
    find = f"cd {BRICK}/objects && find . -type f ! -perm 1000 -exec sha256sum {{}} + | sort -k 2"
    return node.run("sh", "-c", find)


def assert_all_alike(nodes: list[Machine]) -> None:
    first, *others = [objects(node) for node in nodes]
    assert first
    assert others == [first] * len(others)
