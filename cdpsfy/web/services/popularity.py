"""How much each track is heard and liked, and the lists of what is heard and liked most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdpsfy.models import Track, TrackCounts
from cdpsfy.web.services.catalogue import LISTED, PAGE, Page, page_of
from cdpsfy.web.services.position import Position

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

_counts = TrackCounts.__table__.c


def counts_of(db: Session, track: Track) -> TrackCounts:
    """Return a track's counts; zeros that nobody keeps, when it has none."""
    return db.get(TrackCounts, track.id) or TrackCounts(track_id=track.id, plays=0, likes=0)


def lock_counts(db: Session, track: Track) -> TrackCounts:
    """Return a track's counts to be changed; who changes them comes one after the other."""
    # The track's row is there to be locked, also while it has no counts.
    db.refresh(track, with_for_update=True)
    counts = counts_of(db, track)
    db.add(counts)
    return counts


def most_played(db: Session, *, after: Position | None = None) -> Page:
    """Return a page of the public tracks that were heard, the one heard most often first."""
    return _most(db, _counts.plays, after)


def most_liked(db: Session, *, after: Position | None = None) -> Page:
    """Return a page of the public tracks that are liked, the one liked by most first."""
    return _most(db, _counts.likes, after)


def _most(db: Session, count: ColumnElement[int], after: Position | None) -> Page:
    query = (
        LISTED.add_columns(count.label("count"))
        .join(TrackCounts.__table__, _counts.track_id == Track.__table__.c.id)
        .order_by(count.desc(), _counts.track_id.desc())
    )
    found: list[Row[Any]] = []
    if after is not None:
        # What has the same count is asked for by itself: each of the two is one stretch of the
        # index, where "less, or as many and before" would be read from its beginning.
        rest = query.where(count == after.rank, count > 0, _counts.track_id < after.row)
        found += db.execute(rest.limit(PAGE + 1)).all()
        query = query.where(count < after.rank)
    found += db.execute(query.where(count > 0).limit(PAGE + 1 - len(found))).all()
    return page_of(found, lambda last: Position(last.count, last.id))
