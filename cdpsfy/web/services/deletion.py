"""Deletes tracks: the row first, the bytes last, with a way back in between."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, select, update

from cdpsfy.models import Peaks, Purge, Track, Upload
from cdpsfy.models.meta import now
from cdpsfy.web.services import covers
from cdpsfy.web.services.rows import change
from cdpsfy.web.services.search import index
from cdpsfy.web.track_service import Unreachable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.web.track_service import TrackService

log = structlog.get_logger(__name__)
_BATCH = 100
_RETRY_AFTER = timedelta(seconds=30)


def delete_track(db: Session, track: Track, grace_period: int) -> None:
    """Take a track out of the catalogue; its bytes go when the grace period (seconds) is over.

    A second time it does nothing.
    """
    moment = now()
    taken = change(
        db,
        update(Track)
        .where(Track.id == track.id, Track.deleted_at.is_(None))
        .values(deleted_at=moment),
    )
    if taken == 1:
        db.add(Purge(track_id=track.id, due_at=moment + timedelta(seconds=grace_period)))
        index.refresh(db, track)


def restore_track(db: Session, track: Track) -> bool:
    """Bring a deleted track back; False when its bytes are already being purged."""
    cancelled = change(
        db, delete(Purge).where(Purge.track_id == track.id, Purge.claimed_at.is_(None))
    )
    if cancelled != 1:
        return False
    db.execute(update(Track).where(Track.id == track.id).values(deleted_at=None))
    index.refresh(db, track)
    return True


def purge_due(db: Session, service: TrackService) -> int:
    """Delete the bytes of tracks whose grace period is over; return how many. Commits each."""
    due = list(db.scalars(select(Purge).where(Purge.due_at <= now()).limit(_BATCH)))
    db.commit()
    return sum(_purge(db, service, purge) for purge in due)


def sweep_expired(db: Session, service: TrackService) -> int:
    """Delete what intents name whose lease is over; return how many. Commits each."""
    expired = list(db.scalars(select(Upload).where(Upload.lease_until < now()).limit(_BATCH)))
    db.commit()
    return sum(_sweep(db, service, upload) for upload in expired)


def _purge(db: Session, service: TrackService, purge: Purge) -> bool:
    claimed = change(db, update(Purge).where(Purge.id == purge.id).values(claimed_at=now()))
    db.commit()
    if claimed != 1:  # brought back since it was found
        return False
    try:
        service.delete(purge.track.key)
    except Unreachable as error:
        log.warning("purge_postponed", key=purge.track.key, reason=str(error))
        later = update(Purge).where(Purge.id == purge.id).values(due_at=now() + _RETRY_AFTER)
        db.execute(later)
        db.commit()
        return False
    db.execute(update(Track).where(Track.id == purge.track_id).values(purged_at=now()))
    covers.give_up(db, purge.track, lease=timedelta())
    db.execute(delete(Purge).where(Purge.id == purge.id))
    db.execute(delete(Peaks).where(Peaks.track_id == purge.track_id))
    db.commit()
    log.info("track_purged", key=purge.track.key)
    return True


def _sweep(db: Session, service: TrackService, upload: Upload) -> bool:
    claimed = change(db, update(Upload).where(Upload.ulid == upload.ulid).values(swept_at=now()))
    db.commit()
    if claimed != 1:  # it became a track or a cover since it was found
        return False
    try:
        service.delete(upload.key, upload.kind)
    except Unreachable as error:
        log.warning("sweep_postponed", key=upload.key, reason=str(error))
        return False
    db.execute(delete(Upload).where(Upload.ulid == upload.ulid))
    db.commit()
    log.info("orphan_swept", key=upload.key)
    return True
