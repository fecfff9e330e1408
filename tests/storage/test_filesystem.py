"""The directory driver keeps the contract, and refuses what cannot be a volume."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from storage import mark
from storage.conformance import WriteOnceConformance
from storage.errors import Misconfigured
from storage.filesystem import FilesystemDriver
from storage.layout import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage import Driver


class FolderBackend:
    def __init__(self, root: Path) -> None:
        self._root = root

    def flip_bit(self, key: str, offset: int) -> None:
        with (self._root / path_of(key)).open("r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1]))

    def shorten(self, key: str) -> None:
        with (self._root / path_of(key)).open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            self._last = file.read(1)
            file.seek(-1, os.SEEK_END)
            file.truncate()

    def lengthen(self, key: str) -> None:
        with (self._root / path_of(key)).open("ab") as file:
            file.write(self._last)

    def unmark(self, key: str) -> None:
        os.removexattr(self._root / path_of(key), mark.NAME)

    def go_away(self) -> None:
        self._root.rename(self._root.with_name("away"))
        self._root.mkdir()

    def come_back(self) -> None:
        self._root.rmdir()
        self._root.with_name("away").rename(self._root)


class TestFilesystemDriver(WriteOnceConformance):
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "volume"
        root.mkdir()
        return root

    @pytest.fixture
    def driver(self, root: Path) -> Iterator[FilesystemDriver]:
        driver = FilesystemDriver.from_settings({"path": str(root)})
        driver.initialise()
        yield driver
        driver.close()

    @pytest.fixture
    def backend(self, driver: Driver, root: Path) -> FolderBackend:  # noqa: ARG002
        return FolderBackend(root)

    @pytest.fixture(autouse=True)
    def _remember_root(self, root: Path) -> None:
        self._root = root

    def another(self, driver: Driver) -> Driver:  # noqa: ARG002
        return FilesystemDriver.from_settings({"path": str(self._root)})

    def test_the_file_is_exactly_the_audio(self, driver: Driver, root: Path) -> None:
        info = driver.put(io.BytesIO(b"just the song"), "audio/mpeg")

        assert (root / path_of(info.key)).read_bytes() == b"just the song"


def test_a_missing_path_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.path is missing"):
        FilesystemDriver.from_settings({})


def test_a_relative_path_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.path = var/tracks must be absolute"):
        FilesystemDriver.from_settings({"path": "var/tracks"})


def test_a_folder_that_was_never_initialised_is_not_healthy(tmp_path: Path) -> None:
    health = FilesystemDriver.from_settings({"path": str(tmp_path)}).health()

    assert not health.ok
    assert "cdpsfy storage init" in health.detail
