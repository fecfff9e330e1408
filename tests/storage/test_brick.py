"""A node judges its own copies by what lies on its disk, and lists what it cannot judge alone.

A volume of the filesystem driver lies as a brick does: the same folders, names and marks.
"""

from __future__ import annotations

import io
import os
import stat
import time
from typing import TYPE_CHECKING

import pytest

from storage import mark
from storage.brick import Brick
from storage.driver import BLOCK_SIZE
from storage.errors import Misconfigured
from storage.filesystem import FilesystemDriver
from storage.layout import path_of
from storage.scrub import Checked, Verdict
from storage.throttle import Throttle
from tests.components import require_root

if TYPE_CHECKING:
    from pathlib import Path

DATA = bytes(range(256)) * 8192  # two blocks
LINK_TO = "trusted.glusterfs.dht.linkto"


@pytest.fixture
def driver(tmp_path: Path) -> FilesystemDriver:
    driver = FilesystemDriver.from_settings({"path": str(tmp_path)})
    driver.initialise()
    return driver


@pytest.fixture
def copy(driver: FilesystemDriver, tmp_path: Path) -> Path:
    """Return the file of a whole copy."""
    return tmp_path / path_of(driver.put(io.BytesIO(DATA), "audio/mpeg").key)


def check(brick: Path) -> list[Checked]:
    return list(Brick(brick).scrub(Throttle()))


def write_at(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def age(path: Path, hours: float) -> None:
    then = time.time() - 3600 * hours
    os.utime(path, (then, then))


def test_a_whole_copy_is_whole(copy: Path, tmp_path: Path) -> None:
    assert check(tmp_path) == [Checked(copy.name, Verdict.WHOLE, len(DATA))]


@pytest.mark.parametrize("damage", [b"\x01", bytes(BLOCK_SIZE)], ids=["flipped", "zeroed"])
def test_wrong_bytes_are_named(copy: Path, tmp_path: Path, damage: bytes) -> None:
    write_at(copy, BLOCK_SIZE, damage)

    (found,) = check(tmp_path)

    assert found.verdict is Verdict.DAMAGED
    assert f"{copy}: wrong bytes" in found.detail


def test_a_short_copy_is_named(copy: Path, tmp_path: Path) -> None:
    os.truncate(copy, 5)

    (found,) = check(tmp_path)

    assert found.verdict is Verdict.DAMAGED
    assert f"short: 5 of {len(DATA)} bytes" in found.detail


@pytest.mark.parametrize("value", [b"1 5 audio/mpeg 00000000", b"scribbles"])
def test_a_mark_that_does_not_fit_right_bytes_is_named(
    copy: Path, tmp_path: Path, value: bytes
) -> None:
    os.setxattr(copy, mark.NAME, value)

    (found,) = check(tmp_path)

    assert found.verdict is Verdict.DAMAGED
    assert "wrong mark" in found.detail


def test_right_bytes_that_have_no_mark_lost_it(copy: Path, tmp_path: Path) -> None:
    os.removexattr(copy, mark.NAME)
    age(copy, hours=2)

    (found,) = check(tmp_path)

    assert found.verdict is Verdict.DAMAGED
    assert "lost mark" in found.detail


def test_right_bytes_that_wait_for_their_mark_are_under_way(copy: Path, tmp_path: Path) -> None:
    os.removexattr(copy, mark.NAME)

    (found,) = check(tmp_path)

    assert found.verdict is Verdict.UNDER_WAY


@pytest.mark.parametrize(("hours", "verdict"), [(23, Verdict.UNDER_WAY), (25, Verdict.LEFTOVER)])
def test_a_part_without_a_mark_is_never_damage(
    copy: Path, tmp_path: Path, hours: float, verdict: Verdict
) -> None:
    os.removexattr(copy, mark.NAME)
    os.truncate(copy, 5)
    age(copy, hours)

    (found,) = check(tmp_path)

    assert found.verdict is verdict


@pytest.mark.parametrize("size", [0, 5], ids=["a link", "a file that a rebalance still fills"])
def test_a_pointer_to_another_brick_is_no_copy(copy: Path, tmp_path: Path, size: int) -> None:
    require_root()
    os.truncate(copy, size)
    copy.chmod(stat.S_ISVTX)
    os.setxattr(copy, LINK_TO, b"nas-replicate-1\0")

    assert check(tmp_path) == []


def test_other_names_are_not_ours_to_judge(copy: Path, tmp_path: Path) -> None:
    copy.with_name("notes.txt").write_text("hello", "utf-8")

    assert [found.key for found in check(tmp_path)] == [copy.name]


def test_it_goes_on_after_a_key(driver: FilesystemDriver, tmp_path: Path) -> None:
    keys = sorted(driver.put(io.BytesIO(bytes([n])), "audio/mpeg").key for n in range(3))

    found = list(Brick(tmp_path).scrub(Throttle(), after=keys[0]))

    assert [checked.key for checked in found] == keys[1:]


def test_a_brick_that_lacks_a_folder_is_being_filled(copy: Path, tmp_path: Path) -> None:
    empty = "ff" if copy.parent.name != "ff" else "fe"
    (tmp_path / "objects" / empty).rmdir()

    assert [found.key for found in check(tmp_path)] == [copy.name]


def test_a_folder_that_is_no_brick_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is no brick"):
        Brick(tmp_path)
