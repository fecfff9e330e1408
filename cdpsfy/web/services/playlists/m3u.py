"""M3U8, as most players read and write it: a line for each address, and comments that say more.

There is no standard; the words behind `#` are those of Winamp and VLC.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdpsfy.web.services.playlists.songs import Listed, Song

if TYPE_CHECKING:
    from collections.abc import Iterable

_ABOUT = re.compile(r"#EXTINF:\s*(-?\d{1,9}(?:\.\d{1,9})?)?[^,]*,(.*)", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"#PLAYLIST:(.*)", re.IGNORECASE)


def write(name: str, songs: Iterable[Song]) -> str:
    """Return the file, of which each song has an address."""
    lines = ["#EXTM3U", f"#PLAYLIST:{name}"]
    for song in songs:
        seconds = -1 if song.seconds is None else round(song.seconds)
        lines += [f"#EXTINF:{seconds},{song.artist} - {song.title}", song.addresses[0]]
    return "\n".join(lines) + "\n"


def read(text: str) -> Listed:
    """Return what a file says; a song of which it gives no more than the address has only that."""
    listed, about = Listed(), Song()
    for line in map(str.strip, text.splitlines()):
        if match := _NAME.match(line):
            listed = Listed(match[1].strip(), listed.songs)
        elif match := _ABOUT.match(line):
            about = _about(match[1], match[2])
        elif line and not line.startswith("#"):
            listed.songs.append(Song(about.title, about.artist, "", about.seconds, (line,)))
            about = Song()
    return listed


def _about(seconds: str | None, words: str) -> Song:
    duration = float(seconds or 0)
    artist, dash, title = words.partition(" - ")
    if not dash:
        artist, title = "", words
    return Song(title.strip(), artist.strip(), "", duration if duration > 0 else None)
