"""The worker: purges, sweeps and forgets what is due, again and again. One at a time leads."""

from __future__ import annotations

import socket
import uuid
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.web.services import accounts, login_limits
from cdpsfy.web.services.deletion import purge_due, sweep_expired
from cdpsfy.web.services.leadership import lead, resign
from cdpsfy.web.services.playlists import playlists

if TYPE_CHECKING:
    import threading

    from cdpsfy.database import Database
    from cdpsfy.web.track_service import TrackService

log = structlog.get_logger(__name__)
INTERVAL = 5.0
"""Seconds between two rounds; bytes of a purged track are gone within ten."""


def work(database: Database, service: TrackService, stop: threading.Event) -> None:
    """Work until stop is set. A database that is away is waited for."""
    holder = f"{socket.gethostname()[:20]}-{uuid.uuid4().hex[:12]}"
    log.info("worker_started", holder=holder)
    while not stop.is_set():
        try:
            _round(database, service, holder)
        except SQLAlchemyError as error:
            log.warning("worker_waits", reason=type(error).__name__)
        stop.wait(INTERVAL)
    _resign(database, holder)


def _round(database: Database, service: TrackService, holder: str) -> None:
    with database.writing() as db:
        if not lead(db, holder):
            return
        purge_due(db, service)
        sweep_expired(db, service)
        accounts.forget_old_devices(db)
        login_limits.forget_old_failures(db)
        playlists.forget_deleted(db)
        db.commit()


def _resign(database: Database, holder: str) -> None:
    try:
        with database.writing() as db:
            resign(db, holder)
    except SQLAlchemyError as error:
        # The lead ends by itself, within a minute.
        log.warning("lead_kept", reason=type(error).__name__)
