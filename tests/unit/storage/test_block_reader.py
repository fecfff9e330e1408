"""A reader that loses its connection goes on at the byte that was due."""

from __future__ import annotations

import errno
import io
import os
from typing import TYPE_CHECKING

import pytest

from storage import BLOCK_SIZE, Unavailable
from storage.filesystem import FilesystemDriver, FolderFiles

if TYPE_CHECKING:
    from pathlib import Path

    from storage.files import File

DATA = os.urandom(3 * BLOCK_SIZE + 5000)


class FlakyFiles(FolderFiles):
    """A folder whose files, each opened once, fail to be read from their nth reading on."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.number = 0
        self.good_readings = 1
        self.opened = 0

    def open(self, path: str) -> File:
        file = super().open(path)
        self.opened += 1
        read, left = file.read_at, self.good_readings

        def read_at(offset: int, size: int) -> bytes:
            nonlocal left
            left -= 1
            if self.number and left < 0:
                raise OSError(self.number, os.strerror(self.number))
            return read(offset, size)

        file.read_at = read_at  # type: ignore[method-assign]
        return file


@pytest.fixture
def files(tmp_path: Path) -> FlakyFiles:
    return FlakyFiles(tmp_path)


@pytest.fixture
def driver(files: FlakyFiles) -> FilesystemDriver:
    driver = FilesystemDriver(files)
    driver.initialise()
    return driver


@pytest.mark.parametrize("number", [errno.ENOTCONN, errno.EBADFD, errno.EIO, errno.ESTALE])
def test_a_lost_connection_is_made_anew_and_no_byte_is_missing_or_twice(
    driver: FilesystemDriver, files: FlakyFiles, number: int
) -> None:
    key = driver.put(io.BytesIO(DATA), "audio/mpeg").key
    files.number = number

    with driver.open(key) as reader:
        received = b"".join(reader.blocks(17))

    assert received == DATA[17:]
    assert files.opened == 4


def test_a_connection_that_stays_lost_is_unavailable(
    driver: FilesystemDriver, files: FlakyFiles
) -> None:
    key = driver.put(io.BytesIO(DATA), "audio/mpeg").key
    files.number, files.good_readings = errno.ENOTCONN, 0

    with driver.open(key) as reader, pytest.raises(Unavailable, match="not connected"):
        list(reader.blocks())


def test_an_error_that_does_not_pass_is_not_waited_for(
    driver: FilesystemDriver, files: FlakyFiles
) -> None:
    key = driver.put(io.BytesIO(DATA), "audio/mpeg").key
    files.number, files.good_readings = errno.EACCES, 0

    with driver.open(key) as reader, pytest.raises(Unavailable, match="Permission denied"):
        list(reader.blocks())
    assert files.opened == 1
