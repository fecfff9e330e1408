"""The directory driver keeps the contract, and refuses what cannot be a volume."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pytest
from ulid import ULID

from storage import mark
from storage.conformance import WriteOnceConformance
from storage.errors import Misconfigured
from storage.filesystem import FilesystemDriver
from storage.layout import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def nameless(folder: Path, data: bytes) -> BinaryIO:
    """Return a file in folder that never had a name, at its start."""
    file = os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o640), "r+b")
    file.write(data)
    file.seek(0)
    return file


def inode(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_ino


class TestAdoption:
    """What waits on the volume's filesystem, without a name, becomes the object as it is."""

    @pytest.fixture
    def driver(self, tmp_path: Path) -> FilesystemDriver:
        driver = FilesystemDriver.from_settings({"path": str(tmp_path)})
        driver.initialise()
        return driver

    def read(self, driver: FilesystemDriver, key: str) -> bytes:
        with driver.open(key) as reader:
            return b"".join(reader.blocks())

    def test_a_nameless_file_is_not_copied(self, driver: FilesystemDriver, tmp_path: Path) -> None:
        with nameless(tmp_path, b"a song") as source:
            info = driver.put(source, "audio/mpeg")

            assert (tmp_path / path_of(info.key)).stat().st_ino == inode(source)
        assert self.read(driver, info.key) == b"a song"
        assert driver.stat(info.key) == info

    def test_the_same_attempt_again_returns_the_same_object(
        self, driver: FilesystemDriver, tmp_path: Path
    ) -> None:
        ulid = str(ULID())
        with nameless(tmp_path, b"a song") as source, nameless(tmp_path, b"a song") as another:
            first = driver.put(source, "audio/mpeg", ulid)

            assert driver.put(another, "audio/mpeg", ulid) == first
            assert (tmp_path / path_of(first.key)).stat().st_ino == inode(source)

    def test_a_file_that_has_a_name_is_copied(
        self, driver: FilesystemDriver, tmp_path: Path
    ) -> None:
        (tmp_path / "mine.mp3").write_bytes(b"a song")
        with (tmp_path / "mine.mp3").open("r+b") as source:
            info = driver.put(source, "audio/mpeg")

            assert (tmp_path / path_of(info.key)).stat().st_ino != inode(source)
        assert self.read(driver, info.key) == b"a song"

    def test_a_file_that_can_never_have_a_name_is_copied(
        self, driver: FilesystemDriver, tmp_path: Path
    ) -> None:
        with tempfile.TemporaryFile(dir=tmp_path) as source:  # O_EXCL forbids it
            source.write(b"a song")
            source.seek(0)

            info = driver.put(source, "audio/mpeg")

        assert self.read(driver, info.key) == b"a song"

    def test_a_file_on_another_filesystem_is_copied(self, driver: FilesystemDriver) -> None:
        with nameless(Path("/dev/shm"), b"a song") as source:  # noqa: S108 - a tmpfs, which Linux has
            info = driver.put(source, "audio/mpeg")

        assert self.read(driver, info.key) == b"a song"

    def test_what_stands_before_the_object_is_left_out(
        self, driver: FilesystemDriver, tmp_path: Path
    ) -> None:
        with nameless(tmp_path, b"skip this, store that") as source:
            source.seek(11)

            info = driver.put(source, "audio/mpeg")

        assert (tmp_path / path_of(info.key)).read_bytes() == b"store that"


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
