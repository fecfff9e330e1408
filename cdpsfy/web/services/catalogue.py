"""The catalogue: lists of tracks, newest first, and one track with its details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from cdpsfy.models import Cover, Purge, Track, User, Visibility
from cdpsfy.web.services.search import index

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from cdpsfy.web.services.position import Position

TrackRow: TypeAlias = "Row[int, str, str, str, float | None, str, str, str | None, str | None]"
"""What a list shows of a track: id, public_id, title, artist, seconds, owner_name, visibility, and
the keys of its cover, if it has one: cover_small, cover_medium."""

PAGE = 50
_DETAILS = ("title", "artist", "album", "disc", "number", "genre", "year", "visibility")

# Rows of what a list shows, and no objects: to make fifty of these takes half the time of a page.
# With columns of the classes instead of the tables, the ORM's way to them is an eighth of the rest.
_tracks, _users, _covers = Track.__table__.c, User.__table__.c, Cover.__table__.c
LIVE = (
    select(
        _tracks.id,
        _tracks.public_id,
        _tracks.title,
        _tracks.artist,
        _tracks.seconds,
        _users.name.label("owner_name"),
        _tracks.visibility,
        _covers.small.label("cover_small"),
        _covers.medium.label("cover_medium"),
    )
    .outerjoin(User.__table__, _tracks.owner_id == _users.id)
    .outerjoin(Cover.__table__, _covers.track_id == _tracks.id)
    .where(_tracks.deleted_at.is_(None))
)
"""Rows of live tracks, each with what a list shows of it, in no order yet.

Every track has an owner. The outer join says that tracks come first: MariaDB, which takes people
for few and their tracks for fewer, would read all tracks of all people for one page, and sort them.
"""
LISTED = LIVE.where(_tracks.visibility == Visibility.PUBLIC)
"""Those of them that everyone's lists show."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some tracks, and where the next ones begin."""

    tracks: Sequence[TrackRow]
    after: int | Position | None
    """The row, or the place, to go on after; None on the last page."""


def visible_to(person: User) -> Select[Any]:
    """Return the query of all live tracks that a person may hear, in no order yet."""
    return LIVE.where(or_(_tracks.visibility != Visibility.PRIVATE, _tracks.owner_id == person.id))


def page_of(found: Sequence[Row[Any]], place: Callable[[Any], int | Position]) -> Page:
    """Return what a list found, one more than a page of it if there is more, as that page.

    What its last row's place is told by are columns behind those that a list shows.
    """
    width = len(LIVE.selected_columns)
    shown = [cast("TrackRow", row[:width]) for row in found[:PAGE]]
    return Page(shown, place(found[PAGE - 1]) if len(found) > PAGE else None)


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
    query = LIVE.where(_tracks.owner_id == owner.id)
    if seen_by is not None and seen_by.id == owner.id:
        return query
    # Not as its index has it: MariaDB would read that, too, to cut the owner's out of it.
    return query.where(func.coalesce(_tracks.visibility, "") == Visibility.PUBLIC)


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
        .options(joinedload(Track.owner, innerjoin=True), joinedload(Track.cover))
        .where(Track.public_id == public_id)
    )


def edit(db: Session, track: Track, details: Mapping[str, str | int | None]) -> None:
    """Change those of a track's details that a form brought."""
    for name in _DETAILS:
        if name in details:
            setattr(track, name, details[name])
    index.refresh(db, track)
