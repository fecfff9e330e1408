"""A volume with an ini of its own, and the operator's commands on it."""

from __future__ import annotations

import io
import os
import subprocess
import time
from typing import TYPE_CHECKING

from storage import mark
from storage.filesystem import FilesystemDriver
from storage.layout import path_of
from tests.deployment import CDPSFY, ROOT

if TYPE_CHECKING:
    from pathlib import Path


class Library:
    """What an operator has: CONFIG.ini, the folder it names, and objects in it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.ini = folder / "site.ini"
        self.ini.write_text((ROOT / "development.ini").read_text("utf-8"), "utf-8")
        self.volume = folder / "var" / "tracks"
        self.volume.mkdir(parents=True)
        self.driver = FilesystemDriver.from_settings({"path": str(self.volume)})
        self.driver.initialise()

    def put(self, *songs: bytes) -> list[str]:
        """Store the songs; return their keys, ascending."""
        return sorted(self.driver.put(io.BytesIO(song), "audio/mpeg").key for song in songs)

    def path(self, key: str) -> Path:
        return self.volume / path_of(key)

    def damage(self, key: str) -> None:
        data = self.path(key).read_bytes()
        self.path(key).write_bytes(bytes([data[0] ^ 1]) + data[1:])

    def unmark(self, key: str, *, hours_ago: float = 0) -> None:
        os.removexattr(self.path(key), mark.NAME)
        then = time.time() - 3600 * hours_ago
        os.utime(self.path(key), (then, then))


def cdpsfy(*arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command of the operator's to its end."""
    done = subprocess.run(
        [CDPSFY, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=timeout
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """Start a command of the operator's, to be interrupted."""
    return subprocess.Popen(
        [CDPSFY, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
