"""Has the outline of each track computed, and gives it: what a player draws its waveform from."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update

from cdpsfy.models import Peaks, Track
from cdpsfy.models.meta import now
from cdpsfy.web.services.decoding import Undecodable
from cdpsfy.web.services.outline import outline
from cdpsfy.web.track_service import Missing, Unreachable

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from cdpsfy.web.services.decoding import Decoder
    from cdpsfy.web.track_service import TrackService

log = structlog.get_logger(__name__)
_MOST_FAILURES = 3
_AFTER_A_FAILURE = timedelta(hours=6)
_AFTER_AN_OUTAGE = timedelta(minutes=5)


def plan(db: Session, track: Track) -> None:
    """Have a new track's outline computed, before those of older ones."""
    db.add(Peaks(track_id=track.id, due_at=track.created_at))


def levels_of(db: Session, track: Track) -> bytes | None:
    """Return a track's outline, or None while there is none."""
    return db.scalar(select(Peaks.levels).where(Peaks.track_id == track.id))


def draw_next(db: Session, service: TrackService, decoder: Decoder) -> bool:
    """Compute the outline of one track that is due; False when nothing is to be done now. Commits.

    Raises:
        Interrupted: the decoder was ended.
    """
    track = _next_due(db)
    if track is None:
        return False
    try:
        levels = _draw(service, decoder, track)
    except (Undecodable, Missing) as error:
        _count_failure(db, track, str(error))
    except (Unreachable, OSError) as error:
        log.warning("waveform_postponed", track=track.public_id, reason=str(error))
        _note(db, track, due_at=now() + _AFTER_AN_OUTAGE)
        return False
    else:
        _note(db, track, levels=levels, due_at=None)
        log.info("waveform_drawn", track=track.public_id)
    return True


def _next_due(db: Session) -> Track | None:
    due = (
        select(Track)
        .join(Peaks, Peaks.track_id == Track.id)
        .where(Peaks.due_at <= now(), Track.deleted_at.is_(None))
        .order_by(Peaks.due_at.desc())
        .limit(1)
    )
    track = db.scalar(due)
    db.commit()
    return track


def _draw(service: TrackService, decoder: Decoder, track: Track) -> bytes:
    with tempfile.TemporaryFile() as file:
        service.fetch(track.key, file)
        levels = outline(decoder.samples(file, track.content_type))
    if not levels:
        raise Undecodable("there is no sound in it")
    return levels


def _count_failure(db: Session, track: Track, reason: str) -> None:
    """Try it again much later, as the program may have been at fault; three times in all."""
    failures = 1 + (db.scalar(select(Peaks.failures).where(Peaks.track_id == track.id)) or 0)
    again = now() + _AFTER_A_FAILURE if failures < _MOST_FAILURES else None
    log.warning("waveform_failed", track=track.public_id, failures=failures, reason=reason)
    _note(db, track, failures=failures, due_at=again)


def _note(db: Session, track: Track, **values: bytes | int | datetime | None) -> None:
    db.execute(update(Peaks).where(Peaks.track_id == track.id).values(values))
    db.commit()
