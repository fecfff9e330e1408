from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdpsfy.tracks.ranges import ByteRange, Unsatisfiable, parse_range

HUGE = "9" * 1000


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=99-99", (99, 100)),
        ("bytes=99-", (99, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=50-1000", (50, 100)),
        (f"bytes=50-{HUGE}", (50, 100)),
        ("bytes=-1", (99, 100)),
        ("bytes=-100", (0, 100)),
        ("bytes=-1000", (0, 100)),
        (f"bytes=-{HUGE}", (0, 100)),
        ("bytes=007-008", (7, 9)),
        ("Bytes=0-0", (0, 1)),
        ("bytes= \t0-0 ", (0, 1)),
    ],
)
def test_a_range_is_cut_to_the_bytes_that_are_there(header: str, expected: tuple[int, int]) -> None:
    assert parse_range(header, 100) == ByteRange(*expected)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=--1",
        "bytes=9-8",
        f"bytes={'1' * 18}-1",
        "bytes=200-150",
        "bytes=a-b",
        "bytes=1.5-2",
        "bytes=0x1-0x2",
        "bytes=+1-2",
        "bytes=\u0661-\u0662",
        "bytes = 0-1",
        "bytes=0 - 1",
        "bytes=0-1\n",
        "seconds=0-1",
        "bytes=0-1,3-4",
        "bytes=0-1,",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),
    ],
    ids=ascii,
)
def test_the_whole_answers_a_range_that_is_none_or_several(header: str | None) -> None:
    assert parse_range(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={HUGE}-"])
def test_a_range_beyond_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, 100)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1", f"bytes=-{HUGE}"])
def test_no_range_of_nothing_can_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, 0)


def expected_bytes(first: int | None, last: int | None, size: int) -> list[int] | None:
    """Read RFC 9110 §14.1.2 literally: the positions that are asked for; None for the whole."""
    if first is None:
        return None if last is None else list(range(size))[max(0, size - last) :]
    if last is not None and last < first:
        return None
    return [place for place in range(size) if place >= first and (last is None or place <= last)]


NUMBER = st.none() | st.integers(0, 40) | st.integers(0, 10**30)


@settings(max_examples=500, derandomize=True, database=None, deadline=None)
@given(NUMBER, NUMBER, st.integers(0, 30))
def test_a_range_means_what_the_standard_says(
    first: int | None, last: int | None, size: int
) -> None:
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    expected = expected_bytes(first, last, size)

    try:
        found = parse_range(header, size)
    except Unsatisfiable:
        assert not expected
    else:
        assert (None if found is None else list(range(*found))) == expected


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.text(max_size=30), st.integers(0, 100))
def test_any_text_is_a_range_or_none(text: str, size: int) -> None:
    for header in (text, f"bytes={text}"):
        try:
            found = parse_range(header, size)
        except Unsatisfiable:
            continue
        assert found is None or 0 <= found.start < found.stop <= size
