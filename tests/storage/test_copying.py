"""A library moves to another volume whole, under its own keys, whatever happens on the way."""

from __future__ import annotations

import io
import os
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from storage import mark
from storage.copying import Copied, Copying, Outcome
from storage.errors import NotFound, Unavailable
from storage.filesystem import FilesystemDriver
from storage.layout import path_of
from storage.memory import MemoryDriver
from storage.throttle import Throttle

if TYPE_CHECKING:
    from pathlib import Path

    from storage import Driver

DATA = b"just the song"


@pytest.fixture
def source(tmp_path: Path) -> FilesystemDriver:
    return new_volume(tmp_path / "a")


@pytest.fixture
def target(tmp_path: Path) -> FilesystemDriver:
    return new_volume(tmp_path / "b")


def new_volume(folder: Path) -> FilesystemDriver:
    folder.mkdir()
    driver = FilesystemDriver.from_settings({"path": str(folder)})
    driver.initialise()
    return driver


def put(driver: Driver, data: bytes = DATA) -> str:
    return driver.put(io.BytesIO(data), "audio/mpeg").key


def copying(source: Driver, target: Driver) -> Copying:
    return Copying(source, target, throttle=Throttle(), began=time.time())


def run(source: Driver, target: Driver) -> list[Copied]:
    return list(copying(source, target).one_pass())


def outcomes(source: Driver, target: Driver) -> Counter[Outcome]:
    return Counter(copied.outcome for copied in run(source, target))


def read(driver: Driver, key: str) -> bytes:
    with driver.open(key) as reader:
        return b"".join(reader.blocks())


def test_every_object_arrives_under_its_own_key(source: Driver, target: Driver) -> None:
    songs = {put(source, bytes([n]) * 1_100_000 * n): n for n in range(4)}

    found = outcomes(source, target)

    assert found == {Outcome.COPIED: 4}
    for key, n in songs.items():
        assert read(target, key) == bytes([n]) * 1_100_000 * n
        assert target.stat(key).content_type == "audio/mpeg"


def test_what_is_there_is_not_copied_again(source: Driver, target: Driver) -> None:
    put(source)
    run(source, target)

    again = outcomes(source, target)

    assert again == {Outcome.THERE: 1}


def test_a_pass_brings_what_was_uploaded_since_the_last(source: Driver, target: Driver) -> None:
    put(source, b"early")
    run(source, target)
    late = put(source, b"late")

    found = outcomes(source, target)

    assert found == {Outcome.THERE: 1, Outcome.COPIED: 1}
    assert read(target, late) == b"late"


def test_a_leftover_of_the_source_is_no_object(
    source: Driver, target: Driver, tmp_path: Path
) -> None:
    key = put(source)
    os.removexattr(tmp_path / "a" / path_of(key), mark.NAME)

    assert run(source, target) == []


def test_a_leftover_of_an_interrupted_pass_is_replaced(
    source: Driver, target: Driver, tmp_path: Path
) -> None:
    key = put(source)
    leave_a_part(tmp_path / "b" / path_of(key), written=time.time() - 5)

    found = outcomes(source, target)

    assert found == {Outcome.COPIED: 1}
    assert read(target, key) == DATA


def test_what_somebody_else_is_writing_is_left_to_them(
    source: Driver, target: Driver, tmp_path: Path
) -> None:
    key = put(source)
    leave_a_part(tmp_path / "b" / path_of(key), written=time.time() + 5)

    found = outcomes(source, target)

    assert found == {Outcome.BUSY: 1}
    assert (tmp_path / "b" / path_of(key)).read_bytes() == b"just"


def test_a_damaged_object_is_not_copied_and_the_rest_is(
    source: Driver, target: Driver, tmp_path: Path
) -> None:
    bad, good = put(source, b"bad"), put(source, b"good")
    (tmp_path / "a" / path_of(bad)).write_bytes(b"BAD")

    found = {copied.key: copied for copied in run(source, target)}

    assert found[bad].outcome is Outcome.DAMAGED
    assert bad in found[bad].detail
    assert read(target, good) == b"good"
    with pytest.raises(NotFound):
        target.stat(bad)


def test_an_object_of_another_size_in_the_target_is_told(
    source: Driver, target: Driver, tmp_path: Path
) -> None:
    key = put(source)
    leave_a_part(tmp_path / "b" / path_of(key), written=time.time())
    os.setxattr(tmp_path / "b" / path_of(key), mark.NAME, b"1 4 audio/mpeg 00000000")

    (found,) = run(source, target)

    assert found.outcome is Outcome.DAMAGED
    assert "has 13 bytes in the source, 4 in the target" in found.detail


def test_an_object_deleted_meanwhile_is_passed_over(target: Driver) -> None:
    source = MemoryDriver()
    keys = sorted(put(source, bytes([n])) for n in range(2))
    one_pass = copying(source, target).one_pass()
    next(one_pass)

    source.delete(keys[1])

    assert [copied.outcome for copied in one_pass] == [Outcome.GONE]


def test_the_volume_that_is_away_is_named(target: Driver) -> None:
    away = MemoryDriver()
    put(away)
    away.available = False

    with pytest.raises(Unavailable, match="the source: the volume is switched off"):
        run(away, target)
    put(target)
    with pytest.raises(Unavailable, match="the target: the volume is switched off"):
        run(target, away)


def leave_a_part(path: Path, *, written: float) -> None:
    path.write_bytes(DATA[:4])
    os.utime(path, (written, written))
