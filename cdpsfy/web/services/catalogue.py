"""The catalogue: lists of tracks, newest first, and one track with its details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cdpsfy.models import Purge, Track

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from cdpsfy.models import User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some tracks, and where the next ones begin."""

    tracks: list[Track]
    after: int | None
    """The row to go on after; None on the last page."""


def newest(db: Session, *, owner: User | None = None, after: int | None = None) -> Page:
    """Return a page of live tracks, everyone's or one owner's, newest first."""
    query = (
        select(Track)
        .options(joinedload(Track.owner, innerjoin=True))
        .where(Track.deleted_at.is_(None))
        .order_by(Track.id.desc())
        .limit(PAGE + 1)
    )
    if owner is not None:
        query = query.where(Track.owner_id == owner.id)
    if after is not None:
        query = query.where(Track.id < after)
    tracks = list(db.scalars(query))
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


def edit(track: Track, details: Mapping[str, str | int | None]) -> None:
    """Change title, artist, album, genre and year to what a form brought."""
    for name in ("title", "artist", "album", "genre", "year"):
        setattr(track, name, details[name])
