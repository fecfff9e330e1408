"""The throttle keeps its rate on a clock of the test's own."""

from __future__ import annotations

import pytest

from storage import throttle
from storage.throttle import Throttle


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttle, "time", clock)
    return clock


def test_bytes_take_the_time_that_the_rate_gives_them(clock: Clock) -> None:
    slow = Throttle(1000)

    for _ in range(10):
        slow.take(500)

    assert clock.now == pytest.approx(1005)


def test_a_pause_is_not_made_up_for(clock: Clock) -> None:
    slow = Throttle(1000)
    slow.take(1000)
    clock.sleep(60)

    slow.take(1000)

    assert clock.now == pytest.approx(1062)


def test_without_a_rate_nothing_waits(clock: Clock) -> None:
    Throttle().take(10**12)

    assert clock.now == 1000
