"""What may be a node: a clone gets a uuid of its own, and no brick that holds data is touched."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.ops.site import BRICK, DISK, VOLUME, add_node, refusal, run

if TYPE_CHECKING:
    from tests.ops.nodes import Lab, Machine

pytestmark = pytest.mark.gluster


def test_clones_with_one_uuid_are_told_apart(lab: Lab) -> None:
    original, clone, third = (add_node(lab, number) for number in (1, 2, 3))
    run(original, "node", BRICK)
    run(third, "node", BRICK)
    _clone(original, clone)
    clone.run("glusterd")

    refused = refusal(original, "volume", VOLUME, BRICK, "nas1", "nas2", "nas3")
    clone.run("pkill", "glusterd")
    made = run(clone, "node", BRICK)
    run(original, "volume", VOLUME, BRICK, "nas1", "nas2", "nas3")

    assert "nas2 has the uuid of this node, as a clone has: run node.sh on nas2" in refused
    assert "made uuid" in made
    assert len({_uuid(node) for node in (original, clone, third)}) == 3


def test_a_clone_of_a_member_is_not_started(lab: Lab) -> None:
    member, other, clone = (add_node(lab, number) for number in (1, 2, 3))
    run(member, "node", BRICK)
    run(other, "node", BRICK)
    member.run("gluster", "--mode=script", "peer", "probe", "nas2")
    _clone(member, clone)

    said = refusal(clone, "node", BRICK)

    assert "was made for another machine (nas1)" in said
    assert clone.attempt("pgrep", "glusterd")[0] == 1


def test_a_folder_with_data_is_no_brick(lab: Lab) -> None:
    node = add_node(lab, 1)
    node.run("mkdir", str(BRICK))
    node.run("touch", str(BRICK / "somebody's"))

    said = refusal(node, "node", BRICK)

    assert f"{BRICK} holds data and belongs to no volume" in said
    assert node.run("ls", str(BRICK)) == "somebody's\n"


def test_a_brick_of_an_unknown_volume_is_left_alone(lab: Lab) -> None:
    """As when the machine was installed anew and its disk is still there."""
    node = add_node(lab, 1)
    run(node, "node", BRICK)
    node.run("gluster", "--mode=script", "volume", "create", VOLUME, f"nas1:{BRICK}")
    node.run("touch", str(BRICK / "a song"))
    node.run("pkill", "glusterd")
    node.run("sh", "-c", "rm -r /var/lib/glusterd/*")

    said = refusal(node, "node", BRICK)

    assert f"{BRICK} holds the brick of a volume that this node does not belong to" in said
    assert "If the node was installed anew, see --uuid" in said
    assert node.run("ls", str(BRICK)) == "a song\n"


def test_a_brick_has_an_xfs_of_its_own(lab: Lab) -> None:
    node = add_node(lab, 1)

    on_tmpfs = refusal(node, "node", "/srv/nas")
    in_a_folder = refusal(node, "node", DISK / "deeper/nas")
    allowed = run(node, "node", "--any-filesystem", "/srv/nas")

    assert "the file system at /srv is no XFS: make one" in on_tmpfs
    assert "no file system of its own is mounted at /srv/brick/deeper: make one" in in_a_folder
    assert "ready for /srv/nas" in allowed


def _clone(original: Machine, clone: Machine) -> None:
    """Copy a machine that is shut down: glusterd's state, and the machine's identity."""
    original.power_off()
    shutil.copy(original.folder / "etc/machine-id", clone.folder / "etc/machine-id")
    state = "var/lib/glusterd"
    shutil.copytree(original.folder / state, clone.folder / state, dirs_exist_ok=True)
    original.power_on()
    run(original, "node", BRICK)


def _uuid(node: Machine) -> str:
    return node.run("gluster", "system::", "uuid", "get")
