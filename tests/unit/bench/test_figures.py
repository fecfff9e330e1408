"""A figure is judged by the median of its rounds' ratios."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from tests.bench.figures import Figure, Mark, Spread
from tests.bench.plot import plot
from tests.bench.report import record, summary, table

FAST = Figure("full GET", "MB/CPU-s", [50, 60, 90], Mark(0.5, 0.9), "nginx", [100, 100, 100])
SLOW = Figure("upload", "MB/CPU-s", [100, 100], Mark(1.5), "express", [200, 100])
LATE = Figure("first byte", "ms", [8.0], Mark(3, at_most=True), "nginx", [2.0])
SMALL = Figure("memory", "MiB", [200], Mark(256, at_most=True))
TOLD = Figure("CPU", "% of one", [20], None, "nginx", [10])


def test_quartiles_are_of_the_rounds() -> None:
    assert Spread.of([1, 2, 3, 4, 5]) == Spread(2, 3, 4)


def test_one_round_is_its_own_median_and_quartiles() -> None:
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0)


def test_rounds_are_compared_one_by_one() -> None:
    assert SLOW.judged.median == 0.75  # not 100 / 150


@pytest.mark.parametrize(
    ("figure", "reached"), [(FAST, True), (SLOW, False), (LATE, False), (SMALL, True), (TOLD, True)]
)
def test_a_mark_is_reached_from_its_side(figure: Figure, reached: bool) -> None:  # noqa: FBT001
    assert figure.is_reached is reached


def test_a_bound_itself_is_reached() -> None:
    assert Mark(0.5).is_reached_by(0.5)
    assert Mark(3, at_most=True).is_reached_by(3)


def test_the_table_says_what_was_missed() -> None:
    rows = table([FAST, SLOW, SMALL, TOLD]).splitlines()[2:]

    assert rows == [
        "| full GET | 60 MB/CPU-s | nginx 100 | 0.60 (0.55 to 0.75) | ≥ 0.5 (0.9) | reached |",
        "| upload | 100 MB/CPU-s | express 150 | 0.75 (0.62 to 0.88) | ≥ 1.5 | **MISSED** |",
        "| memory | 200 MiB |  |  | ≤ 256 | reached |",
        "| CPU | 20 % of one | nginx 10 | 2.00 (2.00 to 2.00) |  |  |",
    ]


def test_the_summary_counts_marks_and_names_what_is_not_there() -> None:
    text = summary([FAST, SLOW, TOLD], ["listeners: they were late"], "quick", 100)

    assert "1 of 2 marks reached" in text
    assert "**Not measured:** listeners: they were late" in text


def test_the_record_keeps_each_round() -> None:
    kept = json.loads(record([SLOW], ["a line"], []))

    assert kept["figures"][0]["ours"] == [100, 100]
    assert kept["figures"][0]["theirs"] == [200, 100]
    assert kept["figures"][0]["reached"] is False
    assert kept["notes"] == ["a line"]


def test_the_drawing_is_svg_with_what_has_a_peer() -> None:
    root = ET.fromstring(plot([FAST, SLOW, SMALL, TOLD]))  # noqa: S314 - our own

    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"full GET / nginx", "upload / express", "CPU / nginx"} <= texts
    assert "memory / " not in texts
