"""What a person likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from cdpsfy.models import Like, Track
from cdpsfy.web.services.catalogue import PAGE, Page, page_of, visible_to
from cdpsfy.web.services.popularity import lock_counts
from cdpsfy.web.services.rows import change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from cdpsfy.models import User

_likes = Like.__table__.c


def like(db: Session, person: User, track: Track) -> None:
    """Let a person like a track; a second time it does nothing."""
    counts = lock_counts(db, track)
    if not likes(db, person, track):
        db.add(Like(user_id=person.id, track_id=track.id))
        counts.likes += 1


def unlike(db: Session, person: User, track: Track) -> None:
    """Take it back; a second time it does nothing."""
    counts = lock_counts(db, track)
    counts.likes -= change(
        db, delete(Like).where(Like.user_id == person.id, Like.track_id == track.id)
    )


def likes(db: Session, person: User, track: Track) -> bool:
    """Tell whether a person likes a track."""
    return bool(liked_among(db, person, [track.id]))


def liked_among(db: Session, person: User, track_ids: Iterable[int]) -> set[int]:
    """Return those of some tracks that a person likes, by their rows; one query."""
    mine = select(_likes.track_id).where(_likes.user_id == person.id)
    return set(db.scalars(mine.where(_likes.track_id.in_(track_ids))))


def liked(db: Session, person: User, *, after: int | None = None) -> Page:
    """Return a page of what a person likes and may hear, the newest like first."""
    query = (
        visible_to(person)
        .add_columns(_likes.id.label("like_id"))
        .join(Like.__table__, _likes.track_id == Track.__table__.c.id)
        .where(_likes.user_id == person.id)
        .order_by(_likes.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(_likes.id < after)
    found = db.execute(query).all()
    return page_of(found, lambda last: last.like_id)
