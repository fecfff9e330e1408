"""The covers of tracks: shrunk, stored in three sizes, changed and removed.

As with tracks, no row ever points at missing bytes: each object has its intent before it is sent,
and the transaction that makes a cover of three objects claims theirs. Those of the cover before get
their intents back in it, so that the sweeper deletes them.
"""

from __future__ import annotations

import math
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from cdpsfy.models import Cover, Kind, Track
from cdpsfy.pictures.process import shrink
from cdpsfy.web.services import sending
from cdpsfy.web.services.persistence import persist
from cdpsfy.web.services.sending import TooLate, claim_intent, measure, send

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.web.track_service import StoredObject, TrackService

log = structlog.get_logger(__name__)
SIZES = {"small": 96, "medium": 320, "large": 960}
"""Pixels, each way: for rows, for tiles, for the whole width of a phone and for other sites."""
_SEEN = timedelta(minutes=10)
"""For so long pages that are open may still show what was replaced."""


class TrackDeleted(Exception):
    """The track was deleted meanwhile."""


def set_cover(
    db: Session,
    service: TrackService,
    track: Track,
    picture: bytes,
    lease: int,
    *,
    until: float = math.inf,
    replace: bool = True,
) -> None:
    """Give a track a cover, or another one; commits each step by itself.

    Without replace nothing is done for a track that has one. lease is in seconds; what is begun
    ends before until, as in `sending.send`.

    Raises:
        NotACover: the picture is refused.
        Unreachable, Refused: the track service did not take it.
        TooLate: it took longer than the lease.
        TrackDeleted: meanwhile.
        SQLAlchemyError: the database did not answer.
    """
    has_one = db.scalar(select(Cover.track_id).where(Cover.track_id == track.id)) is not None
    db.commit()  # nothing is held while the picture is read and sent
    if has_one and not replace:
        return
    squares = shrink(picture, list(SIZES.values()))
    contents = [measure(BytesIO(square), Kind.COVER) for square in squares]
    stored = [
        send(db, service, track.owner_id, content, lease, until=until) for content in contents
    ]
    persist(db, lambda: _go_live(db, track, stored), until=until)
    log.info("cover_set", track=track.public_id, key=stored[-1].key)


def remove_cover(db: Session, track: Track) -> None:
    """Take a track's cover away, if it has one; its bytes go when nobody looks at them any more."""
    _locked(db, track)
    give_up(db, track, lease=_SEEN)


def give_up(db: Session, track: Track, *, lease: timedelta) -> None:
    """Remove the cover of a track that nobody else can change now, and give its objects up."""
    cover = db.get(Cover, track.id, populate_existing=True)
    if cover is not None:
        _give_up_objects(db, track, cover, lease)
        db.delete(cover)


def _go_live(db: Session, track: Track, stored: list[StoredObject]) -> None:
    try:
        _replace(db, track, stored)
        db.commit()
    except (IntegrityError, TooLate, TrackDeleted):
        # A node that has just become the writer may still apply what was committed before.
        db.rollback()
        if not _is_live(db, track, stored):
            raise


def _replace(db: Session, track: Track, stored: list[StoredObject]) -> None:
    found = _locked(db, track)
    if _is_live(db, track, stored):  # the answer to our own COMMIT was lost
        return
    if found.deleted_at is not None:
        raise TrackDeleted
    for each in stored:
        claim_intent(db, each.key)
    cover = db.get(Cover, track.id)
    if cover is None:
        cover = Cover(track_id=track.id)
        db.add(cover)
    else:
        _give_up_objects(db, track, cover, _SEEN)
    for size, each in zip(SIZES, stored, strict=True):
        setattr(cover, size, each.key)
        setattr(cover, f"{size}_size", each.size)


def _is_live(db: Session, track: Track, stored: list[StoredObject]) -> bool:
    cover = db.get(Cover, track.id, populate_existing=True)
    return cover is not None and cover.large == stored[-1].key


def _locked(db: Session, track: Track) -> Track:
    """Return a track as it is now: two who change its cover come one after the other."""
    return db.get_one(Track, track.id, populate_existing=True, with_for_update=True)


def _give_up_objects(db: Session, track: Track, cover: Cover, lease: timedelta) -> None:
    for size in SIZES:
        sending.give_up(db, track.owner_id, getattr(cover, size), Kind.COVER, lease)
