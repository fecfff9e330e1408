"""Sends the bytes of an object to the track service: as a whole, up to three times.

Each attempt has a ULID of its own and its own intent, committed before a byte is sent. What a
failed attempt leaves behind is found by its intent, and swept when the lease is over.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from ulid import ULID

from cdpsfy.models import Kind, Upload
from cdpsfy.models.meta import now
from cdpsfy.web.services.persistence import persist
from cdpsfy.web.services.rows import change
from cdpsfy.web.track_service import Refused, Unreachable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.web.track_service import StoredObject, TrackService

log = structlog.get_logger(__name__)
_CHUNK = 1024 * 1024
_ATTEMPTS = 3
_PAUSE = 1.0
"""Seconds between two attempts: for the balancer to notice that a server is gone."""
_LONGEST = 50.0
"""Seconds before the end in which no attempt begins: its intent takes up to 17 s, connecting and
the answer 33 s."""


class TooLate(Exception):
    """The lease was over before the bytes were there; they are being swept."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, with what they are known by."""

    body: BinaryIO
    """Seekable."""
    sha256: str
    size: int
    """Length in bytes."""
    kind: str = Kind.TRACK


def measure(body: BinaryIO, kind: str = Kind.TRACK) -> Content:
    """Read a file once to know its digest and length."""
    digest, size = hashlib.sha256(), 0
    body.seek(0)
    while chunk := body.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Content(body, digest.hexdigest(), size, kind)


def send(
    db: Session, service: TrackService, owner_id: int, content: Content, lease: int, *, until: float
) -> StoredObject:
    """Have the bytes stored; commits an intent before each attempt. lease is in seconds.

    What is begun ends before until, in seconds of `time.monotonic()`, and as much later as the
    bytes take to be sent.

    Raises:
        Refused: they are not of that kind, or too long; nothing is left of them.
        Unreachable: no attempt succeeded, or there is no time for one.
        SQLAlchemyError: the database did not answer.
    """
    latest, attempt = until - _LONGEST, 1
    if time.monotonic() > latest:
        raise Unreachable("no time is left")
    while True:
        try:
            return _attempt(db, service, owner_id, content, lease, latest)
        except Unreachable as error:
            log.warning("upload_attempt_failed", attempt=attempt, reason=str(error))
            late = time.monotonic() + _PAUSE > latest
            if attempt == _ATTEMPTS or late or not error.may_pass:
                raise
        time.sleep(_PAUSE)
        attempt += 1


def _attempt(
    db: Session, service: TrackService, owner_id: int, content: Content, lease: int, latest: float
) -> StoredObject:
    ulid = str(ULID())
    persist(db, lambda: _write_intent(db, owner_id, content, ulid, lease), until=latest)
    content.body.seek(0)
    try:
        return service.store(
            content.body,
            size=content.size,
            sha256=content.sha256,
            ulid=ulid,
            kind=content.kind,
        )
    except Refused:
        persist(db, lambda: _forget_intent(db, ulid), until=latest)
        raise


def _write_intent(db: Session, owner_id: int, content: Content, ulid: str, lease: int) -> None:
    if db.get(Upload, ulid) is None:  # else the answer to our COMMIT was lost
        db.add(
            Upload(
                ulid=ulid,
                key=f"{content.sha256}-{ulid}",
                kind=content.kind,
                owner_id=owner_id,
                lease_until=now() + timedelta(seconds=lease),
            )
        )
    try:
        db.commit()
    except IntegrityError:
        # A node that has just become the writer may still apply what was committed before.
        db.rollback()
        if db.get(Upload, ulid) is None:
            raise


def _forget_intent(db: Session, ulid: str) -> None:
    db.execute(delete(Upload).where(Upload.ulid == ulid, Upload.swept_at.is_(None)))
    db.commit()


def claim_intent(db: Session, key: str) -> None:
    """Remove an intent in the transaction that gives its object a row.

    Raises:
        TooLate: the sweeper has claimed it before.
    """
    if change(db, delete(Upload).where(Upload.key == key, Upload.swept_at.is_(None))) != 1:
        raise TooLate


def give_up(db: Session, owner_id: int, key: str, kind: str, lease: timedelta) -> None:
    """Write an object's intent again, in the transaction in which its row gives it up.

    The sweeper deletes it when the lease is over.
    """
    lease_until = now() + lease
    ulid = key.rpartition("-")[2]
    db.add(Upload(ulid=ulid, key=key, kind=kind, owner_id=owner_id, lease_until=lease_until))
