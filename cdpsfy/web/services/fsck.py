"""Compares the catalogue with storage: which rows have no bytes, which bytes have no row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from cdpsfy.models import Cover, Track, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from cdpsfy.web.track_service import TrackService

_BATCH = 1000
_ROW, _LISTED = 0, 1
_Side = tuple[int, bool]  # size in bytes, committed


class Finding(StrEnum):
    """What can differ, the worst first."""

    MISSING = "row without bytes"
    WRONG_SIZE = "row and bytes differ in size"
    LEFTOVER = "unfinished bytes that no row knows"
    UNKNOWN = "bytes that no row knows"
    UNFINISHED = "upload not finished, or a cover replaced; the sweeper has it"


DAMAGE = {Finding.MISSING, Finding.WRONG_SIZE}
"""The findings that lose music."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One object about which the two sides disagree."""

    key: str
    finding: Finding


def compare(db: Session, service: TrackService) -> Iterator[Difference]:
    """Yield every difference, ascending by key, in bounded memory.

    An upload or a purge that goes on meanwhile may show up: what stays in a second run is real.

    Raises:
        Unreachable: the listing could not be read to its end.
    """
    intents = set(db.scalars(select(Upload.key)))
    rows = ((key, _ROW, size, True) for key, size in _rows(db))
    listed = ((item.key, _LISTED, item.size, item.committed) for item in service.objects())
    for key, items in groupby(merge(rows, listed), key=lambda item: item[0]):
        sides = {side: (size, committed) for _, side, size, committed in items}
        finding = _judge(sides.get(_ROW), sides.get(_LISTED), intended=key in intents)
        if finding is not None:
            yield Difference(key, finding)


def _rows(db: Session) -> Iterator[tuple[str, int]]:
    return merge(
        _pages(db, Track.key, Track.size, Track.purged_at.is_(None)),
        _pages(db, Cover.small, Cover.small_size),
        _pages(db, Cover.medium, Cover.medium_size),
        _pages(db, Cover.large, Cover.large_size),
    )


def _pages(
    db: Session,
    key: InstrumentedAttribute[str],
    size: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> Iterator[tuple[str, int]]:
    """Yield what two columns have, ascending by key, a thousand rows at a time."""
    after = ""
    while True:
        page = db.execute(
            select(key, size).where(key > after, *conditions).order_by(key).limit(_BATCH)
        ).all()
        yield from ((name, length) for name, length in page)
        if len(page) < _BATCH:
            return
        after = page[-1][0]


def _judge(row: _Side | None, listed: _Side | None, *, intended: bool) -> Finding | None:
    if row is not None:
        if listed is None or not listed[1]:
            return Finding.MISSING
        return None if listed == row else Finding.WRONG_SIZE
    if intended:
        return Finding.UNFINISHED
    return Finding.UNKNOWN if listed is None or listed[1] else Finding.LEFTOVER
