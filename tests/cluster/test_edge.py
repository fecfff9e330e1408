"""The edges keep songs going without any volume, and keep nothing that was deleted."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from ops.chaos.songs import make_song
from ops.chaos.whole import await_whole
from tests.cluster.listener import Heard, Listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.lab import Lab

_GONE_WITHIN = 10.0
"""Seconds that a deleted song may still be heard anywhere."""
_A_PART = ("--range", "0-65535")


@pytest.fixture
def listener(lab: Lab) -> Listener:
    return Listener(lab)


@pytest.mark.timeout(600)
def test_heard_songs_go_on_and_start_anew_without_any_node_of_the_volume(
    lab: Lab, listener: Listener
) -> None:
    heard, unheard = (make_song(seed, 5_000_000) for seed in (51, 52))
    keys = {song: listener.upload(song) for song in (heard, unheard)}
    assert listener.play(keys[heard]).sha256 == heard.sha256
    nodes = [lab.machines[node.name] for node in lab.topology.serving("nas")]

    playing = listener.begin(keys[heard], rate=150_000)
    for node in nodes:
        node.power_off()
    try:
        refused = [listener.play(keys[unheard]) for _ in range(3)]
        anew = listener.play(keys[heard])
        part = listener.play(keys[heard], *_A_PART)
        plays_on = playing.goes_on
        to_the_end = playing.to_its_end()
    finally:
        for node in nodes:
            node.power_on()

    assert plays_on
    assert to_the_end == anew.sha256 == heard.sha256
    assert part.status == HTTPStatus.PARTIAL_CONTENT
    for answer in refused:
        assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
        assert int(answer.headers["retry-after"][0]) > 0
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.seconds <= _told_within(lab)
    await_whole(lab)
    assert listener.play(keys[unheard]).sha256 == unheard.sha256


def test_a_deleted_song_is_gone_from_every_edge_in_time(lab: Lab, listener: Listener) -> None:
    song = make_song(53, 3_000_000)
    key = listener.upload(song)
    edges = [Listener(lab, server.name) for server in lab.topology.serving("tracks")]
    for edge in edges:
        assert edge.play(key).sha256 == song.sha256

    assert listener.delete(key) == HTTPStatus.NO_CONTENT
    deleted = time.monotonic()

    for edge in edges:
        for options in ((), _A_PART):
            _until(lambda: edge.play(key, *options), HTTPStatus.NOT_FOUND, deleted)  # noqa: B023
    assert listener.play(key).status == HTTPStatus.NOT_FOUND


def _told_within(lab: Lab) -> float:
    """Return how long the balancer asks one server after the other, and a second more."""
    deadlines = lab.topology.deadlines
    return deadlines["balancer_get"] * (1 + deadlines["balancer_retries"]) + 1


def _until(ask: Callable[[], Heard], status: HTTPStatus, since: float) -> None:
    while (answer := ask()).status != status:
        passed = time.monotonic() - since
        assert passed < _GONE_WITHIN, f"{answer.status} after {passed:.1f} s"
        time.sleep(0.5)
