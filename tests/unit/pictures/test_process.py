"""A picture is read by a process that may do little."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PIL import Image

from cdpsfy.pictures import process
from cdpsfy.pictures.process import LONGEST, shrink
from cdpsfy.pictures.reasons import NotACover, Reason
from tests.unit.pictures.samples import JPEG, REFUSED, decoded, encoded


def test_a_picture_comes_back_in_every_size() -> None:
    pictures = [decoded(each) for each in shrink(JPEG, (96, 320))]

    assert [picture.size for picture in pictures] == [(96, 96), (320, 320)]


def test_the_largest_pictures_fit_into_its_memory() -> None:
    image = Image.new("RGBA", (5000, 5000), (1, 2, 3, 100))

    for kind, options in (("PNG", {"compress_level": 1}), ("WEBP", {"lossless": True})):
        assert len(shrink(encoded(image, kind, **options), [96])) == 1


@pytest.mark.parametrize("name", ["svg", "bomb", "cut png"])
def test_the_reason_of_a_refusal_comes_back(name: str) -> None:
    data, reason = REFUSED[name]

    with pytest.raises(NotACover) as refusal:
        shrink(data, [96])

    assert refusal.value.reason == reason


def test_what_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(NotACover) as refusal:
        shrink(JPEG + bytes(LONGEST), [96])

    assert refusal.value.reason is Reason.TOO_LONG


def test_it_can_open_no_file_and_take_no_more_memory() -> None:
    """What a decoder could do that a picture has taken over."""
    attempts = """
import sys
import cdpsfy.pictures.__main__ as program

def taken_over(data, sides):
    for attempt in (lambda: open("/etc/passwd"), lambda: bytearray(1 << 30)):
        try:
            attempt()
        except (OSError, MemoryError) as error:
            print(type(error).__name__, file=sys.stderr)
    return []

program.squares = taken_over
program.main([96])
"""
    done = subprocess.run(
        [sys.executable, "-c", attempts], input=b"", capture_output=True, check=True
    )

    assert done.stderr.decode().split() == ["OSError", "MemoryError"]


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_DEADLINE", 0.001)

    with pytest.raises(NotACover) as refusal:
        shrink(JPEG, [96])

    assert refusal.value.reason is Reason.TOO_HEAVY


def test_no_more_than_a_few_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_PATIENCE", 0.01)
    with process._TURNS, process._TURNS, pytest.raises(NotACover) as refusal:
        shrink(JPEG, [96])

    assert refusal.value.reason is Reason.BUSY
    assert len(shrink(JPEG, [96])) == 1
