"""Makes a playlist of a file: its songs are looked for by address, then by title and artist."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cdpsfy.web.services.playlists import entries, m3u, playlists, xspf
from cdpsfy.web.services.playlists.songs import Listed, Song, Unreadable
from cdpsfy.web.services.public_ids import LENGTH
from cdpsfy.web.services.search import finding
from cdpsfy.web.services.tags import UNTITLED, title_from
from cdpsfy.web.services.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from cdpsfy.models import Playlist, User

LONGEST = 1024 * 1024
"""Bytes of a file."""
MOST_SOUGHT = 1000
"""Songs that are looked for by their titles: each is a search."""
_OURS = re.compile(rf"(?:.*/)?([A-Za-z0-9]{{{LENGTH}}})(?:/audio)?/?(?:[?#].*)?", re.ASCII)
"""A public id, in an address of ours or alone. Whose site it is does not matter: ids are random."""
_NUMBER = re.compile(r"\d{1,3}\s*[.)-]?\s+")
"""Of a track on its album, as names of files begin with it."""
_NEAR = 3.0
"""Seconds by which the same song may be longer elsewhere."""


class NothingFound(Exception):
    """No song of the file is here."""

    def __init__(self, missing: list[Song]) -> None:
        super().__init__()
        self.missing = missing


class TooManySought(Exception):
    """So many songs have no address of ours that to look for them would take too long."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file."""

    playlist: Playlist
    found: int
    missing: list[Song]


def import_file(db: Session, owner: User, data: bytes, name: str) -> Report:
    """Make a private playlist of the songs of an M3U or XSPF file that are here for the owner.

    It is called as the file says, or else name.

    Raises:
        Unreadable: it is neither.
        NothingFound, TooManySought: nothing was made.
        entries.Full, playlists.TooMany: nothing is to be made.
    """
    listed = read(data)
    if len(listed.songs) > entries.MOST:
        raise entries.Full
    found = _find(db, owner, listed.songs)
    missing = [
        _shown(song) for song, track in zip(listed.songs, found, strict=True) if track is None
    ]
    tracks = [track for track in found if track is not None]
    if not tracks:
        raise NothingFound(missing)
    playlist = playlists.create(db, owner, {"name": clean(listed.name, 100) or name})
    entries.add(db, playlist, owner, tracks)
    return Report(playlist, len(tracks), missing)


def name_from(file_name: str) -> str:
    """Return what a playlist is called after its file; empty if that says nothing."""
    name = clean(title_from(file_name), 100)
    return "" if name == UNTITLED else name


def read(data: bytes) -> Listed:
    """Return what an M3U or XSPF file says.

    Raises:
        Unreadable: it is neither.
    """
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"<"):
        return xspf.read(data)
    if b"\0" in data:
        raise Unreadable("not a text")
    try:
        return m3u.read(data.decode())
    except UnicodeDecodeError:
        # An .m3u is in whatever its maker's computer wrote, mostly Windows' Latin letters.
        return m3u.read(data.decode("cp1252", errors="replace"))


def _find(db: Session, owner: User, songs: Sequence[Song]) -> list[str | None]:
    """Return the public id of each song's track; None for what is not here."""
    named = [
        [match[1] for match in map(_OURS.fullmatch, song.addresses) if match] for song in songs
    ]
    known = entries.heard(db, owner, [public_id for ids in named for public_id in ids])
    found = [next((id_ for id_ in ids if id_ in known), None) for ids in named]
    if found.count(None) > MOST_SOUGHT:
        raise TooManySought
    return [track or _by_title(db, song) for song, track in zip(songs, found, strict=True)]


def _by_title(db: Session, song: Song) -> str | None:
    for wanted in _readings(song):
        near = [
            (abs((track.seconds or 0) - (wanted.seconds or 0)), number, track.public_id)
            for number, track in enumerate(finding.titled(db, wanted.title, wanted.artist))
            if wanted.artist or _is_near(track.seconds, wanted.seconds)
        ]
        if near:
            return str(min(near)[2])
    return None


def _is_near(seconds: float | None, other: float | None) -> bool:
    return seconds is None or other is None or abs(seconds - other) <= _NEAR


def _readings(song: Song) -> list[Song]:
    """Return what the song may be called: with " - " in a title it may begin with the artist."""
    shown = _shown(song)
    whole = replace(shown, title=f"{shown.artist} - {shown.title}", artist="")
    return [shown, whole] if shown.artist else [shown]


def _shown(song: Song) -> Song:
    """Return a song with a title, if only that of its file's name."""
    title, artist = clean(song.title, 200), clean(song.artist, 200)
    if not title and song.addresses:
        name = _NUMBER.sub("", title_from(unquote(song.addresses[0])), count=1)
        first, dash, rest = name.partition(" - ")
        title, artist = (rest, first) if dash else (name, artist)
    return replace(song, title=title, artist=artist)
