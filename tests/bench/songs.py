"""The songs that all servers serve: the very same files, in the folder of the filesystem driver."""

from __future__ import annotations

import io
import os
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ulid import ULID

from storage.filesystem import FilesystemDriver
from storage.layout import path_of

if TYPE_CHECKING:
    from pathlib import Path

SIZE, LONG_SIZE = 5_000_000, 50_000_000
_SONGS = 40


@dataclass(frozen=True, slots=True)
class Song:
    """An object, and where peers find its file below the folder."""

    key: str

    @property
    def path(self) -> str:
        return f"/{path_of(self.key)}"


class Songs:
    """Forty songs of 5 MB and one of 50 MB, of random bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        driver = FilesystemDriver.from_settings({"path": str(folder)})
        driver.initialise()
        some = random.Random(1)  # noqa: S311 - any bytes
        sizes = [SIZE] * _SONGS + [LONG_SIZE]
        objects = [driver.put(io.BytesIO(some.randbytes(size)), "audio/mpeg") for size in sizes]
        *self.all, self.long = (Song(each.key) for each in objects)
        driver.close()

    def unheard(self, count: int) -> list[Song]:
        """Return songs that nobody has asked for: the same files, under keys of other attempts.

        A hard link has the mark, too, so they cost nothing and are as any other object to us.
        """
        songs = [self._again(self.all[number % _SONGS]) for number in range(count)]
        random.Random(2).shuffle(songs)  # noqa: S311 - any order
        return songs

    def _again(self, song: Song) -> Song:
        twin = Song(f"{song.key.partition('-')[0]}-{ULID()}")
        os.link(self.folder / path_of(song.key), self.folder / path_of(twin.key))
        return twin
