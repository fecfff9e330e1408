"""XSPF 1 (xspf.org/spec): a playlist as XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from markupsafe import escape

from cdpsfy.web.services.playlists.songs import Listed, Song, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAMESPACE = "http://xspf.org/ns/0/"
_OF_A_SONG = {"title", "creator", "album", "duration", "location", "identifier"}
_MILLISECONDS = re.compile(r"\d{1,12}", re.ASCII)


def write(name: str, creator: str, description: str, place: str, songs: Iterable[Song]) -> str:
    """Return the file; place is the address of the playlist's page.

    A song's first address is its location, the others identify it.
    """
    head = {"title": name, "creator": creator, "annotation": description, "info": place}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<playlist version="1" xmlns="{_NAMESPACE}">',
        *_elements(head),
        "<trackList>",
        *(line for song in songs for line in _track(song)),
        "</trackList>",
        "</playlist>",
    ]
    return "\n".join(lines) + "\n"


def read(data: bytes) -> Listed:
    """Return what a file says, in whichever encoding it names.

    Raises:
        Unreadable: it is no XML, no XSPF, or has a document type, which XSPF has not: entities
            could make much of little, or name other files.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position alone
    except expat.ExpatError as error:
        raise Unreadable(str(error)) from error
    if not reader.is_playlist:
        raise Unreadable("not a playlist")
    return Listed(reader.name.strip(), reader.songs)


def _track(song: Song) -> Iterator[str]:
    location, *identifiers = song.addresses
    yield "<track>"
    yield from _elements({"location": location})
    for identifier in identifiers:
        yield from _elements({"identifier": identifier})
    yield from _elements({"title": song.title, "creator": song.artist, "album": song.album})
    if song.seconds is not None:
        yield from _elements({"duration": str(round(song.seconds * 1000))})
    yield "</track>"


def _elements(texts: dict[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        if text:
            yield f"<{name}>{escape(text)}</{name}>"


class _Reader:
    """Collects what matters while expat walks through a file."""

    def __init__(self) -> None:
        self.name, self.songs, self.is_playlist = "", list[Song](), False
        self._path: list[str] = []
        self._about: dict[str, list[str]] = {}
        self._text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2])
        self._text.clear()
        if self._path == ["playlist", "trackList", "track"]:
            self._about = {}
        self.is_playlist |= self._path == ["playlist"]

    def _end(self, _name: str) -> None:
        *parents, name = self._path
        text = "".join(self._text).strip()
        if parents == ["playlist", "trackList", "track"] and name in _OF_A_SONG:
            self._about.setdefault(name, []).append(text)
        elif self._path == ["playlist", "title"]:
            self.name = text
        elif self._path == ["playlist", "trackList", "track"]:
            self.songs.append(_song(self._about))
        self._path.pop()


def _song(about: dict[str, list[str]]) -> Song:
    title, creator, album, duration = (
        about.get(name, [""])[0] for name in ("title", "creator", "album", "duration")
    )
    seconds = int(duration) / 1000 if _MILLISECONDS.fullmatch(duration) else None
    addresses = (*about.get("location", ()), *about.get("identifier", ()))
    return Song(title, creator, album, seconds or None, addresses)


def _refuse(*_: Any) -> None:  # noqa: ANN401 - expat's arguments
    raise Unreadable("it has a document type")
