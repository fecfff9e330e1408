"""Commit marks: what is encoded is decoded, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.driver import BLOCK_SIZE, MAX_SIZE
from storage.mark import Mark, block_count, check_media_type, largest_mark


@st.composite
def marks(draw: st.DrawFn) -> Mark:
    size = draw(st.integers(0, MAX_SIZE))
    blocks = block_count(size)
    crc32 = st.integers(0, 0xFFFFFFFF)
    media_types = st.sampled_from(["audio/mpeg", "audio/ogg", "audio/x-m4a", "application/a+b"])
    sums = draw(st.lists(crc32, min_size=blocks, max_size=blocks))
    return Mark(size, draw(media_types), tuple(sums))


@given(marks())
@settings(deadline=None)
def test_a_mark_survives_its_encoding(mark: Mark) -> None:
    assert Mark.decode(mark.encode()) == mark


def test_a_mark_is_a_line_of_ascii() -> None:
    mark = Mark(BLOCK_SIZE + 1, "audio/mpeg", (0x0A1B2C3D, 0xFFFFFFFF))

    assert mark.encode() == b"1 1048577 audio/mpeg 0a1b2c3dffffffff"


def test_the_mark_of_an_empty_object_has_no_checksums() -> None:
    assert Mark.decode(b"1 0 audio/mpeg ") == Mark(0, "audio/mpeg", ())


@given(marks())
@settings(deadline=None)
def test_no_mark_is_longer_than_the_largest(mark: Mark) -> None:
    assert len(mark.encode()) <= len(largest_mark().encode())


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_a_mark_or_a_value_error(value: bytes) -> None:
    assert decodes_to_itself_or_is_refused(value)


@given(marks(), st.data())
@settings(deadline=None)
def test_a_damaged_mark_is_a_mark_or_a_value_error(mark: Mark, data: st.DataObject) -> None:
    value = bytearray(mark.encode())
    value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))

    assert decodes_to_itself_or_is_refused(bytes(value))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"2 0 audio/mpeg ", id="another version"),
        pytest.param(b"1 0 audio/mpeg", id="cut"),
        pytest.param(b"1 0 audio/mpeg \n", id="a line more"),
        pytest.param(b"1 00 audio/mpeg ", id="a leading zero"),
        pytest.param(b"1 -1 audio/mpeg ", id="negative"),
        pytest.param(b"1 1 audio/mpeg ", id="too few checksums"),
        pytest.param(b"1 0 audio/mpeg 0a1b2c3d", id="too many checksums"),
        pytest.param(b"1 1 audio/mpeg 0A1B2C3D", id="capitals"),
        pytest.param(b"1 9999999999 audio/mpeg ", id="larger than an object may be"),
        pytest.param(b"1 1 audio/mp\xc3\xa9g 0a1b2c3d", id="not ASCII"),
    ],
)
def test_what_is_no_mark(value: bytes) -> None:
    with pytest.raises(ValueError, match="commit mark"):
        Mark.decode(value)


@pytest.mark.parametrize(
    ("size", "blocks"),
    [(0, 0), (1, 1), (BLOCK_SIZE, 1), (BLOCK_SIZE + 1, 2), (MAX_SIZE, 256)],
)
def test_a_begun_block_counts(size: int, blocks: int) -> None:
    assert block_count(size) == blocks


@pytest.mark.parametrize("text", ["audio/mpeg", "audio/x-m4a", "audio/" + "x" * 94])
def test_a_media_type_passes(text: str) -> None:
    check_media_type(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "audio",
        "audio/",
        "/mpeg",
        "Audio/mpeg",
        "audio/mpeg; q=1",
        "audio/mp g",
        "audio/mpeg\n",
        "audio/mpég",
        "audio/" + "x" * 95,
    ],
)
def test_what_no_mark_can_hold_is_no_media_type(text: str) -> None:
    with pytest.raises(ValueError, match="not a media type"):
        check_media_type(text)


def decodes_to_itself_or_is_refused(value: bytes) -> bool:
    """Tell whether value is the one encoding of a mark, or refused with a ValueError."""
    try:
        return Mark.decode(value).encode() == value
    except ValueError:
        return True
