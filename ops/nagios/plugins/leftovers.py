"""Remembers, in a file, objects that are still to be deleted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Leftovers:
    """Keys, one a line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> list[str]:
        """Return them, the oldest first."""
        return self._file.read_text("ascii").split() if self._file.exists() else []

    def remember(self, key: str) -> None:
        """Add one; it is on the disk when this returns."""
        self._write([*self.all(), key])

    def forget(self, key: str) -> None:
        """Take one out."""
        self._write([other for other in self.all() if other != key])

    def _write(self, keys: list[str]) -> None:
        new = self._file.with_name(f"{self._file.name}.new")
        with new.open("w", encoding="ascii") as file:
            file.writelines(f"{key}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)
