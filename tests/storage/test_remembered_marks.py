"""What a driver remembers of a name never outweighs what the volume says when it is put again.

The same attempt may come again after its object was deleted or its first try failed.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from ulid import ULID

from storage import mark
from storage.errors import Exists, NotFound
from storage.filesystem import FilesystemDriver
from storage.layout import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from storage.driver import ObjectInfo

DATA = b"just the song"
ATTEMPT = str(ULID())


@pytest.fixture
def driver(tmp_path: Path) -> FilesystemDriver:
    driver = another_driver(tmp_path)
    driver.initialise()
    return driver


def another_driver(volume: Path) -> FilesystemDriver:
    """Return a driver on the same volume, as another process has one."""
    return FilesystemDriver.from_settings({"path": str(volume)})


def put(driver: FilesystemDriver) -> ObjectInfo:
    return driver.put(io.BytesIO(DATA), "audio/mpeg", ATTEMPT)


def test_an_attempt_begun_again_elsewhere_and_not_whole_is_no_success(
    driver: FilesystemDriver, tmp_path: Path
) -> None:
    info = put(driver)
    other = another_driver(tmp_path)
    other.delete(info.key)
    put(other)
    os.removexattr(tmp_path / path_of(info.key), mark.NAME)

    with pytest.raises(Exists):
        put(driver)

    with pytest.raises(NotFound):
        driver.stat(info.key)


def test_an_object_deleted_elsewhere_is_not_read_while_it_is_put_again(
    driver: FilesystemDriver, tmp_path: Path
) -> None:
    info = put(driver)
    another_driver(tmp_path).delete(info.key)

    class Looks(io.BytesIO):
        """A source that asks for the object each time it is read."""

        def read(self, size: int | None = -1, /) -> bytes:
            with pytest.raises(NotFound):
                driver.open(info.key)
            return super().read(size)

    again = driver.put(Looks(DATA), "audio/mpeg", ATTEMPT)

    assert driver.stat(info.key) == again
