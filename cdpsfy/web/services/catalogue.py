"""The catalogue: lists of tracks, newest first, and one track with its details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from cdpsfy.models import Purge, Track, User, Visibility
from cdpsfy.web.services.search import index

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

PAGE = 50

# Rows of what a list shows, and no objects: to make fifty of these takes half the time of a page.
# With columns of the classes instead of the tables, the ORM's way to them is an eighth of the rest.
_tracks, _users = Track.__table__.c, User.__table__.c
LIVE = (
    select(
        _tracks.id,
        _tracks.public_id,
        _tracks.title,
        _tracks.artist,
        _tracks.seconds,
        _users.name.label("owner_name"),
    )
    .join(User.__table__, _tracks.owner_id == _users.id)
    .where(_tracks.deleted_at.is_(None))
)
"""Rows of live tracks, each with what a list shows of it, in no order yet."""
LISTED = LIVE.where(_tracks.visibility == Visibility.PUBLIC)
"""Those of them that everyone's lists show."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some tracks, and where the next ones begin."""

    tracks: Sequence[Row[int, str, str, str, float | None, str]]
    """Each with id, public_id, title, artist, seconds and owner_name, in this order."""
    after: int | None
    """The row to go on after; None on the last page."""


def newest(db: Session, *, after: int | None = None) -> Page:
    """Return a page of everyone's public tracks, newest first."""
    return _newest_of(db, LISTED, after)


def of_owner(
    db: Session, owner: User, *, seen_by: User | None = None, after: int | None = None
) -> Page:
    """Return a page of an owner's tracks, newest first; all of them only for the owner."""
    return _newest_of(db, _of_owner(owner, seen_by), after)


def count_of_owner(db: Session, owner: User, *, seen_by: User | None = None) -> int:
    """Return how many tracks all pages of `of_owner` show."""
    return db.scalar(select(func.count()).select_from(_of_owner(owner, seen_by).subquery())) or 0


def _of_owner(owner: User, seen_by: User | None) -> Select[Any]:
    mine = seen_by is not None and seen_by.id == owner.id
    return (LIVE if mine else LISTED).where(_tracks.owner_id == owner.id)


def _newest_of(db: Session, query: Select[Any], after: int | None) -> Page:
    query = query.order_by(_tracks.id.desc()).limit(PAGE + 1)
    if after is not None:
        query = query.where(_tracks.id < after)
    tracks = db.execute(query).all()
    more = len(tracks) > PAGE
    return Page(tracks[:PAGE], tracks[PAGE - 1].id if more else None)


def deleted(db: Session, owner: User) -> list[Track]:
    """Return an owner's tracks that can still be brought back, deleted last first."""
    return list(
        db.scalars(
            select(Track)
            .join(Purge, Purge.track_id == Track.id)
            .where(Track.owner_id == owner.id, Purge.claimed_at.is_(None))
            .order_by(Purge.due_at.desc())
            .limit(PAGE)
        )
    )


def find(db: Session, public_id: str) -> Track | None:
    """Return the track of this address, deleted or not."""
    return db.scalar(
        select(Track)
        .options(joinedload(Track.owner, innerjoin=True))
        .where(Track.public_id == public_id)
    )


def edit(db: Session, track: Track, details: Mapping[str, str | int | None]) -> None:
    """Change title, artist, album, genre and year to what a form brought."""
    for name in ("title", "artist", "album", "genre", "year"):
        setattr(track, name, details[name])
    index.refresh(db, track)
