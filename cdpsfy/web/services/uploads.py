"""Makes a track of an uploaded file: intent, bytes, live. A row never points at missing bytes.

No transaction is open while the track service is asked. Whatever moment the process dies at, the
intent row names the object, and the sweeper deletes it when the lease is over.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from ulid import ULID

from cdpsfy.models import Track, Visibility
from cdpsfy.web.services import waveforms
from cdpsfy.web.services.persistence import persist
from cdpsfy.web.services.public_ids import new_public_id
from cdpsfy.web.services.search import index
from cdpsfy.web.services.sending import TooLate, claim_intent, measure, send
from cdpsfy.web.services.tags import read_tags

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.models import User
    from cdpsfy.web.services.tags import Tags
    from cdpsfy.web.track_service import StoredObject, TrackService

log = structlog.get_logger(__name__)
PATIENCE = 110.0
"""Seconds after which nothing is tried again. The last try ends 17 s later, if the database hangs:
3 s to find an old connection dead, 6 s for a new one, 8 s for an answer."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file as a browser sent it."""

    body: BinaryIO
    """Seekable."""
    file_name: str
    form: str
    """The form's own ULID: sent twice, the same bytes from it make one track."""
    visibility: Visibility = Visibility.PUBLIC


def new_form() -> str:
    """Return the ULID that a form is to bring back."""
    return str(ULID())


def is_form(text: str) -> bool:
    """Tell whether text could be a form's ULID."""
    try:
        return str(ULID.from_str(text)) == text
    except ValueError:
        return False


def create_track(
    db: Session, service: TrackService, owner: User, received: Received, lease: int
) -> Track:
    """Store a file and put it into the catalogue; commits each step by itself.

    lease is in seconds. Neither a track server nor the database's writer that dies ends it: it
    goes on with the next one, for as long as two minutes and what its bytes take to be sent.

    Raises:
        Refused: the file is no audio, or too long; nothing is left of it.
        Unreachable: the track service did not answer; nothing of it will be seen.
        TooLate: it took longer than the lease.
        SQLAlchemyError: the database did not answer. The same form sent again is the same track.
    """
    until, form = time.monotonic() + PATIENCE, received.form
    content = measure(received.body)
    existing = persist(db, lambda: _same_track(db, owner, form, content.sha256), until=until)
    if existing is not None:
        return existing
    stored = send(db, service, owner.id, content, lease, until=until)
    tags = read_tags(received.body, received.file_name)
    return persist(db, lambda: _go_live(db, owner, received, stored, tags), until=until)


def _same_track(db: Session, owner: User, form: str, sha256: str) -> Track | None:
    track = db.scalar(
        select(Track).where(Track.owner_id == owner.id, Track.form == form, Track.sha256 == sha256)
    )
    db.commit()
    return track


def _go_live(
    db: Session, owner: User, received: Received, stored: StoredObject, tags: Tags
) -> Track:
    # The answer to our own COMMIT may have been lost; or the same form was sent twice at once, and
    # the other one was faster: then our bytes are an orphan, whose intent is left for the sweeper.
    if twin := _same_track(db, owner, received.form, stored.sha256):
        return twin
    track = Track(
        public_id=new_public_id(),
        owner_id=owner.id,
        form=received.form,
        visibility=received.visibility,
        **asdict(stored),
        **asdict(tags),
    )
    try:
        claim_intent(db, stored.key)
        db.add(track)
        index.refresh(db, track)
        waveforms.plan(db, track)
        db.commit()
    except (IntegrityError, TooLate):
        # A node that has just become the writer may still apply what was committed before.
        db.rollback()
        if twin := _same_track(db, owner, received.form, stored.sha256):
            return twin
        raise
    log.info("track_uploaded", track=track.public_id, key=track.key, bytes=track.size)
    return track
