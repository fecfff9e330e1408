"""What an audio file says about itself."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import structlog
from tinytag import TinyTag

from cdpsfy.web.services.text import clean

log = structlog.get_logger(__name__)
_YEAR = re.compile(r"\b(1[5-9]|20|21)\d\d\b")
UNTITLED = "Untitled"


@dataclass(frozen=True, slots=True)
class Tags:
    """What a track is to be called, each text cleaned and short enough for its column."""

    title: str
    artist: str = ""
    album: str = ""
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
        genre=clean(tag.genre or "", 100),
        year=_year(tag.year or ""),
        seconds=_seconds(tag.duration),
    )


def title_from(file_name: str) -> str:
    """Return a title made of a file's name, whatever path the browser put before it."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return clean(PurePath(name).stem.replace("_", " "), 200) or UNTITLED


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[0]) if match else None


def _seconds(duration: float | None) -> float | None:
    if duration is None or not math.isfinite(duration) or duration <= 0:
        return None
    return duration
