"""What a person heard: counted for the track, and kept for the person alone.

A play is told by the player once a track was heard for half a minute, or half of it. Whoever tells
more than can be heard is not believed: the same track counts again only when it could have been
heard again, and one person's tracks one after the other. Who has no account is not counted at all:
a cookie costs nothing to throw away, and each of ten thousand plays would be a new listener's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update

from cdpsfy.models import Play, Track, User
from cdpsfy.models.meta import now
from cdpsfy.web.services.catalogue import PAGE, Page, page_of, visible_to
from cdpsfy.web.services.popularity import lock_counts
from cdpsfy.web.services.position import Position
from cdpsfy.web.services.rows import change

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEPT = 1000
"""Tracks that a person's history goes back."""
_LEAST = 30.0
"""Seconds that count as a play, or half of the track if that is less."""
_NEARLY = 0.9
"""Of the time that hearing takes: one report comes a little late, and the next one early."""
_plays = Play.__table__.c
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def note_play(db: Session, person: User, track: Track) -> None:
    """Put a track first of what a person heard; count it, if they can have heard it since."""
    counts, moment = lock_counts(db, track), now()
    play = db.scalar(select(Play).where(Play.user_id == person.id, Play.track_id == track.id))
    # The person's row is claimed before a play refers to it: on MariaDB two who both referred to
    # it, and then came to change it, would wait for each other.
    counted = _may_count(play, track, moment) and _claim_time(db, person, track, moment)
    if play is None:
        play = Play(user_id=person.id, track_id=track.id)
        db.add(play)
    play.played_at = moment
    if counted:
        play.counted_at = moment
        counts.plays += 1
    db.flush()
    _trim(db, person)


def recent(db: Session, person: User, *, after: Position | None = None) -> Page:
    """Return a page of what a person heard and may still hear, each once, the last one first."""
    query = (
        visible_to(person)
        .add_columns(_plays.played_at, _plays.id.label("play_id"))
        .join(Play.__table__, _plays.track_id == Track.__table__.c.id)
        .where(_plays.user_id == person.id)
        .order_by(_plays.played_at.desc(), _plays.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        moment = _EPOCH + after.rank * _MICROSECOND
        before = or_(
            _plays.played_at < moment, and_(_plays.played_at == moment, _plays.id < after.row)
        )
        # The first condition is what the index is read by.
        query = query.where(_plays.played_at <= moment, before)
    found = db.execute(query).all()
    return page_of(
        found,
        lambda last: Position((last.played_at - _EPOCH) // _MICROSECOND, last.play_id),
    )


def clear(db: Session, person: User) -> None:
    """Forget what a person heard; the tracks keep their counts."""
    db.execute(delete(Play).where(Play.user_id == person.id))


def _may_count(play: Play | None, track: Track, moment: datetime) -> bool:
    if play is None or play.counted_at is None:
        return True
    whole = max(_LEAST, track.seconds or 0)
    return moment - play.counted_at >= _NEARLY * timedelta(seconds=whole)


def _claim_time(db: Session, person: User, track: Track, moment: datetime) -> bool:
    """Tell whether a person can have heard it since what counted last; whatever it was.

    It outlives a history that is cleared. One statement asks and sets, for two tracks at once.
    """
    heard = min(_LEAST, track.seconds / 2) if track.seconds else _LEAST
    before = moment - _NEARLY * timedelta(seconds=heard)
    free = or_(User.heard_at.is_(None), User.heard_at <= before)
    return change(db, update(User).where(User.id == person.id, free).values(heard_at=moment)) == 1


def _trim(db: Session, person: User) -> None:
    mine = select(func.count()).select_from(Play).where(Play.user_id == person.id)
    surplus = db.scalars(mine).one() - KEPT
    if surplus <= 0:
        return
    oldest = select(Play.id).where(Play.user_id == person.id).order_by(Play.played_at, Play.id)
    ids = db.scalars(oldest.limit(surplus)).all()
    db.execute(delete(Play).where(Play.id.in_(ids)))
