"""What is said of an object whose copies are bad, or of a node that was away."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from storage.checksum import crc32
from storage.copies import Copies
from storage.errors import Corrupt, Unavailable
from storage.filesystem import FilesystemDriver, FolderFiles
from storage.layout import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from storage.files import File

DATA = b"the right bytes"
ULID = "01JD0000000000000000000000"


class Replica(FolderFiles):
    """A node's copy; the node may be away, and what was read elsewhere while it was may linger."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.elsewhere: FolderFiles | None = None
        self.lingering = 0
        self.answering = 3
        driver = FilesystemDriver.from_settings({"path": str(folder)})
        driver.initialise()
        self.key = driver.put(io.BytesIO(DATA), "audio/mpeg", ULID).key
        self.copy = folder / path_of(self.key)

    def damage(self) -> None:
        self.copy.write_bytes(b"the wrong bytes")

    def copies_answering(self, path: str) -> int:  # noqa: ARG002
        return self.answering

    def open(self, path: str) -> File:
        if self.elsewhere is None or self.lingering == 0:
            return super().open(path)
        self.lingering -= 1
        return self.elsewhere.open(path)


@pytest.fixture
def replicas(tmp_path: Path) -> list[Replica]:
    """Return three, of which the first alone has the object whole."""
    folders = [tmp_path / f"nas{number}" for number in (1, 2, 3)]
    for folder in folders:
        folder.mkdir()
    replicas = [Replica(folder) for folder in folders]
    for replica in replicas[1:]:
        replica.damage()
    return replicas


def read(replicas: list[Replica]) -> bytes:
    copies = Copies(replicas, replicas[0].key, volume="nas")
    return copies.block(0, len(DATA), crc32(DATA))


def test_the_only_copy_that_is_right_is_found(replicas: list[Replica]) -> None:
    assert read(replicas) == DATA


def test_where_no_copy_is_right_it_is_corrupt(replicas: list[Replica]) -> None:
    replicas[0].damage()

    with pytest.raises(Corrupt, match="no copy is right"):
        read(replicas)


def test_while_a_node_is_away_it_is_not_called_corrupt(replicas: list[Replica]) -> None:
    replicas[0].damage()
    for replica in replicas:
        replica.answering = 2

    with pytest.raises(Unavailable, match="not every node answers"):
        read(replicas)


def test_a_node_that_answers_again_before_its_copy_is_read_is_asked_once_more(
    replicas: list[Replica],
) -> None:
    replicas[0].elsewhere, replicas[0].lingering = replicas[1], 2

    assert read(replicas) == DATA
