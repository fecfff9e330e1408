"""What an audio file says about itself."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, cast

import structlog
from tinytag import TinyTag

from cdpsfy.models.track import MOST_DISCS, MOST_NUMBERS
from cdpsfy.web.services.text import clean

log = structlog.get_logger(__name__)
LONGEST_PICTURE = 32 * 1024 * 1024
"""Bytes that are read at once to find one; in an Ogg file it takes a third more than it is."""
_YEAR = re.compile(r"\b(1[5-9]|20|21)\d\d\b")
UNTITLED = "Untitled"


@dataclass(frozen=True, slots=True)
class Tags:
    """What a track is to be called, each text cleaned and short enough for its column."""

    title: str
    artist: str = ""
    album: str = ""
    disc: int | None = None
    number: int | None = None
    genre: str = ""
    year: int | None = None
    seconds: float | None = None


def read_tags(file: BinaryIO, file_name: str) -> Tags:
    """Read a file's tags; its name is the title of last resort. The file is left at its start."""
    file.seek(0)
    try:
        tag = TinyTag.get(filename=None, file_obj=file)
    except Exception as error:  # noqa: BLE001 - a stranger's bytes may break a parser in any way
        log.info("tags_unreadable", error=type(error).__name__)
        return Tags(title_from(file_name))
    finally:
        file.seek(0)
    return Tags(
        title=clean(tag.title or "", 200) or title_from(file_name),
        artist=clean(tag.artist or "", 200),
        album=clean(tag.album or "", 200),
        disc=_within(MOST_DISCS, tag.disc),
        number=_within(MOST_NUMBERS, tag.track),
        genre=clean(tag.genre or "", 100),
        year=_year(tag.year or ""),
        seconds=_seconds(tag.duration),
    )


def read_picture(file: BinaryIO) -> bytes | None:
    """Return the front cover that a file brings, or else another picture in it.

    Whether it is one at all, and which kind, is not known yet. The file is left at its start.
    """
    file.seek(0)
    try:
        tag = TinyTag.get(
            filename=None, file_obj=cast("BinaryIO", _Sips(file)), duration=False, image=True
        )
    except Exception as error:  # noqa: BLE001 - a stranger's bytes may break a parser in any way
        log.info("picture_unreadable", error=type(error).__name__)
        return None
    finally:
        file.seek(0)
    picture = tag.images.any
    return picture.data if picture else None


class _Sips:
    """A file of which no more is read at once than a picture may have: a tag can claim any length.

    It has what TinyTag needs of a file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LONGEST_PICTURE:
            raise ValueError(f"{size} bytes at once")
        return self._file.read(size)


def title_from(file_name: str) -> str:
    """Return a title made of a file's name, whatever path the browser put before it."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return clean(PurePath(name).stem.replace("_", " "), 200) or UNTITLED


def _within(most: int, number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= most else None


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[0]) if match else None


def _seconds(duration: float | None) -> float | None:
    if duration is None or not math.isfinite(duration) or duration <= 0:
        return None
    return duration
