"""Finds tracks by their terms, a page at a time: the best tier first, the newest first in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdpsfy.models import Track
from cdpsfy.web.services.catalogue import LISTED, PAGE
from cdpsfy.web.services.position import Position
from cdpsfy.web.services.search.matching import matching
from cdpsfy.web.services.search.terms import same_song, tiers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from cdpsfy.web.services.catalogue import TrackRow
    from cdpsfy.web.services.search.terms import Match


@dataclass(frozen=True, slots=True)
class Found:
    """Some tracks, and where the next ones begin."""

    tracks: Sequence[TrackRow]
    after: Position | None
    """The place to go on after; None on the last page."""


def find(db: Session, text: str, *, after: Position | None = None) -> Found:
    """Return a page of live tracks that have every word of text, or a word that begins with it.

    Titles that are the text come first, then those that begin with it, then what has the words in
    its title, artist, album, genre, uploader. No words find nothing.
    """
    found: list[TrackRow] = []
    last = None
    for tier, match in enumerate(tiers(text)):
        if after is not None and tier < after.rank:
            continue
        before = after.row if after is not None and tier == after.rank else None
        missing = PAGE + 1 - len(found)
        rows = _in_tier(db, match, before, missing)
        # The page ends within this tier, or goes on.
        if len(found) < PAGE <= len(found) + len(rows):
            last = Position(tier, rows[PAGE - 1 - len(found)].id)
        found += rows
        if len(rows) == missing:
            return Found(found[:PAGE], last)
    return Found(found, None)


def titled(db: Session, title: str, artist: str) -> Sequence[TrackRow]:
    """Return the newest tracks of that very title, but for case and accents, a page at most.

    They have the words of the artist, where one is named, in their artist or uploader.
    """
    match = same_song(title, artist)
    return [] if match is None else _in_tier(db, match, None, PAGE)


def _in_tier(db: Session, match: Match, before: int | None, limit: int) -> Sequence[TrackRow]:
    track_id, matches = matching(db.get_bind().dialect.name, match)
    query = LISTED.join(track_id.table, track_id == Track.__table__.c.id).where(matches)
    if before is not None:
        query = query.where(track_id < before)
    return db.execute(query.order_by(track_id.desc()).limit(limit)).all()
