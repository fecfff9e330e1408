"""What a track says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Song:
    title: str
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: int | None = None
