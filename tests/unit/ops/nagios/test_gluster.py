"""What the plugins read in answers of a real GlusterFS 10.3 of three nodes, kept beside this."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.nagios.plugins import peers, volume
from ops.nagios.plugins.answer import Status, Unknown
from ops.nagios.plugins.gluster import understand
from ops.nagios.plugins.peers import Peer
from ops.nagios.plugins.programs import Said
from ops.nagios.plugins.volume import Brick

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

_ANSWERS = Path(__file__).parent / "gluster"
HOUR = 3600


def answer(name: str) -> ET.Element:
    return understand(Said(0, (_ANSWERS / f"{name}.xml").read_text("utf-8")), timeout=15)


def bricks(*, pending: int = 0, away: int = 0, split: int = 0) -> list[Brick]:
    return [Brick(f"nas{number}:/b", number > away, pending, split) for number in (1, 2, 3)]


def test_a_whole_volume_is_well() -> None:
    found = volume.judge(volume.parse(answer("heal-whole")), 0, HOUR)
    assert str(found) == (
        "OK: 3 of 3 bricks, nothing to heal | 'bricks'=3 'pending'=0 'split-brain'=0"
    )


def test_a_dead_brick_is_a_warning_that_names_it() -> None:
    found = volume.judge(volume.parse(answer("heal-brick-dead")), 0, HOUR)
    assert found.status is Status.WARNING
    assert found.text == "2 of 3 bricks, not nas3:/srv/brick/nas, 6 entries to heal"


def test_two_dead_nodes_are_the_loss_of_the_quorum() -> None:
    found = volume.judge(volume.parse(answer("heal-two-dead")), 0, HOUR)
    assert found.status is Status.CRITICAL
    assert found.text.startswith("QUORUM LOST, 1 of 3 bricks")


def test_each_set_of_replicas_needs_a_quorum_of_its_own() -> None:
    one_away_in_each = bricks(away=1) + bricks(away=1)
    two_away_in_one = bricks() + bricks(away=2)
    assert volume.judge(one_away_in_each, 0, HOUR).status is Status.WARNING
    assert volume.judge(two_away_in_one, 0, HOUR).status is Status.CRITICAL


def test_a_volume_without_bricks_has_no_quorum() -> None:
    assert volume.judge([], 0, HOUR).status is Status.CRITICAL


def test_copies_that_contradict_each_other_are_critical() -> None:
    found = volume.judge(bricks(pending=2, split=2), 0, HOUR)
    assert found.status is Status.CRITICAL
    assert "2 entries in split-brain" in found.text


def test_copies_that_wait_are_critical_after_an_hour_with_every_brick_there(tmp_path: Path) -> None:
    since = tmp_path / "since"
    waiting = bricks(pending=1)
    assert volume.judge(waiting, volume.waiting(waiting, since), HOUR).status is Status.WARNING
    long_ago = time.time() - 2 * HOUR
    os.utime(since, (long_ago, long_ago))
    assert volume.judge(waiting, volume.waiting(waiting, since), HOUR).status is Status.CRITICAL


@pytest.mark.parametrize("now", [bricks(), bricks(pending=1, away=1)])
def test_the_hour_begins_anew_when_nothing_waits_or_a_brick_goes(
    now: list[Brick], tmp_path: Path
) -> None:
    since = tmp_path / "since"
    volume.waiting(bricks(pending=1), since)
    assert volume.waiting(now, since) == 0
    assert not since.exists()


def test_the_pool_tells_the_other_nodes() -> None:
    assert peers.parse(answer("pool-whole")) == ["nas2", "nas3"]


def test_peers_that_all_answer_are_well() -> None:
    found = peers.judge([Peer("nas2", reached=True), Peer("nas3", reached=True)])
    assert found.status is Status.OK


def test_one_peer_that_is_away_is_a_warning_that_names_it() -> None:
    found = peers.judge([Peer("nas2", reached=True), Peer("nas3", reached=False)])
    assert found.status is Status.WARNING
    assert "not nas3" in found.text


def test_a_node_that_reaches_nobody_is_critical() -> None:
    found = peers.judge([Peer("nas2", reached=False), Peer("nas3", reached=False)])
    assert found.status is Status.CRITICAL


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(124, ""), "did not answer within 15 s"),
        (Said(1, "Connection failed. Please check if gluster daemon is operational."), "failed"),
        (Said(1, ""), "said nothing"),
        (
            Said(0, "<cliOutput><opRet>-1</opRet><opErrstr>no such</opErrstr></cliOutput>"),
            "no such",
        ),
        (Said(0, "<cliOutput><opRet>-1</opRet></cliOutput>"), "does not say why"),
    ],
)
def test_what_is_no_good_answer_is_unknown_with_its_reason(said: Said, reason: str) -> None:
    with pytest.raises(Unknown, match=reason):
        understand(said, timeout=15)
