"""A probe answers in time, whatever hangs, and never sends a second thread after the first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from storage.driver import Health
from storage.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WELL = Health(ok=True, detail="the volume answers", total=100, free=50, latency=0.0)


class HangingVolume:
    """A volume whose touch hangs until it is let go."""

    def __init__(self) -> None:
        self.touched = 0
        self.let_go = threading.Event()

    def touch(self) -> Health:
        self.touched += 1
        self.let_go.wait()
        return WELL


def probe_of(touch: Callable[[], Health]) -> Probe:
    return Probe(touch, subject="volume nas", advice="see to it")


@pytest.fixture
def volume() -> Iterator[HangingVolume]:
    volume = HangingVolume()
    yield volume
    volume.let_go.set()
    for thread in threading.enumerate():
        if thread.name == "storage-probe":
            thread.join()


def test_a_volume_that_answers_is_told_as_it_is() -> None:
    assert probe_of(lambda: WELL).ask(timeout=60) == WELL


def test_every_question_touches_the_volume_anew() -> None:
    healths = iter([WELL, Health(ok=False, detail="gone", total=None, free=None, latency=0.0)])
    probe = probe_of(lambda: next(healths))

    assert [probe.ask(timeout=60).ok, probe.ask(timeout=60).ok] == [True, False]


def test_a_hanging_volume_is_answered_for_while_it_hangs(volume: HangingVolume) -> None:
    health = probe_of(volume.touch).ask(timeout=0.05)

    assert not volume.let_go.is_set()
    assert not health.ok
    assert health.detail == "volume nas gives no answer within 0.05 s: see to it"
    assert health.latency >= 0.05


def test_a_hanging_volume_holds_one_thread(volume: HangingVolume) -> None:
    probe = probe_of(volume.touch)

    for _ in range(5):
        probe.ask(timeout=0.01)

    assert volume.touched == 1


def test_a_volume_that_hangs_no_more_is_well_again(volume: HangingVolume) -> None:
    probe = probe_of(volume.touch)
    probe.ask(timeout=0.01)

    volume.let_go.set()

    assert probe.ask(timeout=60) == WELL
