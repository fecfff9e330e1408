"""Makes a track of an uploaded file: intent, bytes, live. A row never points at missing bytes.

No transaction is open while the track service is asked. Whatever moment the process dies at, the
intent row names the object, and the sweeper deletes it when the lease is over.
"""

from __future__ import annotations

import hashlib
import secrets
import string
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import structlog
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from ulid import ULID

from cdpsfy.models import Track, Upload, User
from cdpsfy.models.meta import now
from cdpsfy.web.services.rows import change
from cdpsfy.web.services.tags import read_tags
from cdpsfy.web.track_service import Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.web.track_service import StoredObject, TrackService

log = structlog.get_logger(__name__)
_ALPHABET = string.ascii_letters + string.digits
_CHUNK = 1024 * 1024


class TooLate(Exception):
    """The lease was over before the bytes were there; they are being swept."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file as a browser sent it."""

    body: BinaryIO
    """Seekable."""
    file_name: str
    form: str
    """The form's own ULID: sent twice, the same bytes from it make one track."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    ulid: str
    sha256: str
    size: int


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
    """Store a file and put it into the catalogue; commits by itself, twice.

    lease is in seconds.

    Raises:
        Refused: the file is no audio, or too long; nothing is left of it.
        Unreachable: the track service did not answer; nothing of it will be seen.
        TooLate: it took longer than the lease.
    """
    attempt = _measure(received.body)
    if existing := _same_track(db, owner, received.form, attempt.sha256):
        return existing
    _write_intent(db, owner, attempt, lease)
    try:
        stored = service.store(
            received.body, size=attempt.size, sha256=attempt.sha256, ulid=attempt.ulid
        )
    except Refused:
        _forget_intent(db, attempt)
        db.commit()
        raise
    return _go_live(db, owner, received, attempt, stored)


def _measure(body: BinaryIO) -> _Attempt:
    digest, size = hashlib.sha256(), 0
    body.seek(0)
    while chunk := body.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    body.seek(0)
    return _Attempt(str(ULID()), digest.hexdigest(), size)


def _same_track(db: Session, owner: User, form: str, sha256: str) -> Track | None:
    track = db.scalar(
        select(Track).where(Track.owner_id == owner.id, Track.form == form, Track.sha256 == sha256)
    )
    db.commit()
    return track


def _write_intent(db: Session, owner: User, attempt: _Attempt, lease: int) -> None:
    db.add(
        Upload(
            ulid=attempt.ulid,
            key=f"{attempt.sha256}-{attempt.ulid}",
            owner_id=owner.id,
            lease_until=now() + timedelta(seconds=lease),
        )
    )
    db.commit()


def _forget_intent(db: Session, attempt: _Attempt) -> bool:
    """Remove the intent unless the sweeper has claimed it; tell whether it was ours."""
    ours = delete(Upload).where(Upload.ulid == attempt.ulid, Upload.swept_at.is_(None))
    return change(db, ours) == 1


def _go_live(
    db: Session, owner: User, received: Received, attempt: _Attempt, stored: StoredObject
) -> Track:
    tags = read_tags(received.body, received.file_name)
    track = Track(
        public_id="".join(secrets.choice(_ALPHABET) for _ in range(12)),
        owner_id=owner.id,
        form=received.form,
        **asdict(stored),
        **asdict(tags),
    )
    try:
        if not _forget_intent(db, attempt):
            raise TooLate
        db.add(track)
        db.commit()
    except IntegrityError:
        # The same form was sent twice at once, and the other one was faster: its track is the
        # track. Our bytes are an orphan, whose intent is still there for the sweeper.
        db.rollback()
        twin = _same_track(db, owner, received.form, attempt.sha256)
        if twin is None:
            raise
        return twin
    log.info("track_uploaded", track=track.public_id, key=track.key, bytes=track.size)
    return track
