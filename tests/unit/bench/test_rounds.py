"""Loads take turns, there and back again, and what took no time is no figure."""

from __future__ import annotations

import pytest

from tests.bench.contestants import Contestant
from tests.bench.processes import CannotMeasure
from tests.bench.rounds import Load, Work, _in_turn, run_rounds, speeds

IDLE = Contestant("idle", "http://127.0.0.1:1", [], lambda song: song.path)
LOADS = [Load("a", IDLE, float), Load("b", IDLE, float)]


def test_every_second_round_goes_backwards() -> None:
    order = ["".join(load.name for load in _in_turn(LOADS, number)) for number in range(3)]

    assert order == ["ab", "ba", "ab"]


def test_speed_is_work_by_cpu_time() -> None:
    assert speeds([Work(10, 2), Work(30, 3)]) == [5, 10]


def test_a_load_that_took_no_time_is_no_figure() -> None:
    with pytest.raises(CannotMeasure, match="too few ticks"):
        run_rounds(LOADS, 1, lambda _: None)
