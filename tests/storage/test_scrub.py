"""The scrub finds every object that can no longer be read, and tells it from a volume away."""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

import pytest

from storage import mark
from storage.driver import BLOCK_SIZE
from storage.errors import Unavailable
from storage.filesystem import FilesystemDriver
from storage.layout import path_of
from storage.memory import MemoryDriver
from storage.scrub import Checked, Verdict, scrub
from storage.throttle import Throttle

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def driver(tmp_path: Path) -> FilesystemDriver:
    driver = FilesystemDriver.from_settings({"path": str(tmp_path)})
    driver.initialise()
    return driver


def put(driver: FilesystemDriver, data: bytes = b"just the song") -> str:
    return driver.put(io.BytesIO(data), "audio/mpeg").key


def flip_bit(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


def age(path: Path, hours: float) -> None:
    then = time.time() - 3600 * hours
    os.utime(path, (then, then))


def check(driver: FilesystemDriver, after: str = "") -> list[Checked]:
    return list(scrub(driver, Throttle(), after))


def test_whole_objects_are_read_to_their_end(driver: FilesystemDriver) -> None:
    keys = sorted(put(driver, bytes([n]) * (BLOCK_SIZE + n)) for n in range(4))

    found = check(driver)

    assert [checked.key for checked in found] == keys
    assert {checked.verdict for checked in found} == {Verdict.WHOLE}
    assert sum(checked.size for checked in found) == 4 * BLOCK_SIZE + 6


def test_it_goes_on_after_a_key(driver: FilesystemDriver) -> None:
    first, second, third = sorted(put(driver, bytes([n])) for n in range(3))

    found = check(driver, after=first)

    assert [checked.key for checked in found] == [second, third]


def test_a_flipped_bit_in_the_last_block_is_found(driver: FilesystemDriver, tmp_path: Path) -> None:
    key = put(driver, bytes(2 * BLOCK_SIZE + 7))
    flip_bit(tmp_path / path_of(key), 2 * BLOCK_SIZE + 3)

    (found,) = check(driver)

    assert found.verdict is Verdict.DAMAGED
    assert key in found.detail


def test_a_short_file_is_damage_when_the_volume_answers(
    driver: FilesystemDriver, tmp_path: Path
) -> None:
    key = put(driver, bytes(1000))
    os.truncate(tmp_path / path_of(key), 900)

    (found,) = check(driver)

    assert found.verdict is Verdict.DAMAGED
    assert found.detail.startswith("the volume answers, but ")
    assert "100 bytes shorter than its mark says" in found.detail


def test_a_mark_that_is_none_is_damage(driver: FilesystemDriver, tmp_path: Path) -> None:
    key = put(driver)
    os.setxattr(tmp_path / path_of(key), mark.NAME, b"scribbles")
    fresh = FilesystemDriver.from_settings({"path": str(tmp_path)})

    (found,) = check(fresh)

    assert found.verdict is Verdict.DAMAGED


def test_the_rest_is_read_after_a_damaged_object(driver: FilesystemDriver, tmp_path: Path) -> None:
    keys = sorted(put(driver, bytes([n])) for n in range(3))
    flip_bit(tmp_path / path_of(keys[1]), 0)

    found = check(driver)

    verdicts = [checked.verdict for checked in found]
    assert verdicts == [Verdict.WHOLE, Verdict.DAMAGED, Verdict.WHOLE]


@pytest.mark.parametrize(("hours", "verdict"), [(23, Verdict.UNDER_WAY), (25, Verdict.LEFTOVER)])
def test_a_leftover_is_told_by_its_age(
    driver: FilesystemDriver, tmp_path: Path, hours: float, verdict: Verdict
) -> None:
    path = tmp_path / path_of(put(driver))
    os.removexattr(path, mark.NAME)
    age(path, hours)

    (found,) = check(driver)

    assert found.verdict is verdict


def test_an_object_deleted_meanwhile_is_no_damage() -> None:
    driver = MemoryDriver()
    keys = sorted(driver.put(io.BytesIO(bytes([n])), "audio/mpeg").key for n in range(2))
    checks = scrub(driver, Throttle())
    next(checks)

    driver.delete(keys[1])

    assert [checked.verdict for checked in checks] == [Verdict.GONE]


def test_a_volume_that_goes_away_ends_the_scrub() -> None:
    driver = MemoryDriver()
    for n in range(2):
        driver.put(io.BytesIO(bytes([n])), "audio/mpeg")
    checks = scrub(driver, Throttle())
    next(checks)

    driver.available = False

    with pytest.raises(Unavailable, match="switched off"):
        next(checks)
