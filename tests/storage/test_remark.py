"""A file whose bytes fit its name gets its mark back; any other stays a leftover."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO

import pytest

from storage import mark
from storage.driver import BLOCK_SIZE, MAX_SIZE
from storage.errors import DigestMismatch, NotFound, TooLarge
from storage.filesystem import FilesystemDriver
from storage.layout import path_of
from storage.remark import remark

if TYPE_CHECKING:
    from pathlib import Path

DATA = bytes(range(256)) * 4096 + b"and a little more"


@pytest.fixture
def driver(tmp_path: Path) -> FilesystemDriver:
    driver = FilesystemDriver.from_settings({"path": str(tmp_path)})
    driver.initialise()
    return driver


@pytest.fixture
def key(driver: FilesystemDriver) -> str:
    return driver.put(io.BytesIO(DATA), "audio/flac").key


def flac(_source: BinaryIO) -> str:
    return "audio/flac"


@pytest.mark.parametrize("size", [0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE])
def test_the_new_mark_is_the_old_one(driver: FilesystemDriver, tmp_path: Path, size: int) -> None:
    key = driver.put(io.BytesIO(bytes(size)), "audio/flac").key
    path = tmp_path / path_of(key)
    before = os.getxattr(path, mark.NAME)
    os.removexattr(path, mark.NAME)

    made = remark(driver.files, key, flac)

    assert os.getxattr(path, mark.NAME) == made.encode() == before


def test_the_media_type_is_told_from_the_bytes(
    driver: FilesystemDriver, key: str, tmp_path: Path
) -> None:
    seen = []

    def looks(source: BinaryIO) -> str:
        seen.append(source.read())
        return "audio/ogg"

    os.removexattr(tmp_path / path_of(key), mark.NAME)

    made = remark(driver.files, key, looks)

    assert seen == [DATA]
    assert made.content_type == "audio/ogg"


def test_other_bytes_than_the_name_says_stay_unmarked(
    driver: FilesystemDriver, key: str, tmp_path: Path
) -> None:
    path = tmp_path / path_of(key)
    os.removexattr(path, mark.NAME)
    os.truncate(path, 100)

    with pytest.raises(DigestMismatch):
        remark(driver.files, key, flac)

    assert mark.NAME not in os.listxattr(path)


def test_bytes_of_no_known_kind_stay_unmarked(
    driver: FilesystemDriver, key: str, tmp_path: Path
) -> None:
    def refuses(_source: BinaryIO) -> str:
        raise ValueError("no music")

    path = tmp_path / path_of(key)
    os.removexattr(path, mark.NAME)

    with pytest.raises(ValueError, match="no music"):
        remark(driver.files, key, refuses)

    assert mark.NAME not in os.listxattr(path)


def test_a_mark_that_is_there_stays(driver: FilesystemDriver, key: str) -> None:
    remark(driver.files, key, lambda _: "audio/mpeg")

    assert driver.stat(key).content_type == "audio/flac"


def test_a_file_that_no_object_could_be_is_not_read_for_ever(
    driver: FilesystemDriver, key: str, tmp_path: Path
) -> None:
    os.truncate(tmp_path / path_of(key), MAX_SIZE + 1)

    with pytest.raises(TooLarge):
        remark(driver.files, key, flac)


def test_a_file_that_is_gone_is_not_found(driver: FilesystemDriver, key: str) -> None:
    driver.delete(key)

    with pytest.raises(NotFound):
        remark(driver.files, key, flac)
