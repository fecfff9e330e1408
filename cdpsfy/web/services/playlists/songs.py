"""What files of playlists say of their songs, whatever their form."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Song:
    """One song; what is not said is empty."""

    title: str = ""
    artist: str = ""
    album: str = ""
    seconds: float | None = None
    """Duration."""
    addresses: tuple[str, ...] = ()
    """Where it is, or by what else it may be known."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A playlist as a file has it."""

    name: str = ""
    songs: list[Song] = field(default_factory=list)


class Unreadable(Exception):
    """The file is no playlist."""
