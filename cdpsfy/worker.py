"""The worker: purges, sweeps and forgets what is due, and draws waveforms. One at a time leads."""

from __future__ import annotations

import socket
import threading
import uuid
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.web.services import accounts, login_limits
from cdpsfy.web.services.decoding import Decoder, Interrupted
from cdpsfy.web.services.deletion import purge_due, sweep_expired
from cdpsfy.web.services.leadership import lead, resign
from cdpsfy.web.services.playlists import playlists
from cdpsfy.web.services.waveforms import draw_next

if TYPE_CHECKING:
    from cdpsfy.database import Database
    from cdpsfy.web.track_service import TrackService

log = structlog.get_logger(__name__)
INTERVAL = 5.0
"""Seconds between two rounds; bytes of a purged track are gone within ten."""
_TO_END = 3.0
"""Seconds for the decoder to notice that it is to end; a question that hangs is not waited for."""


def work(database: Database, service: TrackService, ffmpeg: str, stop: threading.Event) -> None:
    """Work until stop is set. A database that is away is waited for.

    Waveforms are drawn beside the rest, by the program ffmpeg: one may take minutes.
    """
    holder = f"{socket.gethostname()[:20]}-{uuid.uuid4().hex[:12]}"
    leads = threading.Event()
    drawing = threading.Thread(
        target=_draw, args=(database, service, Decoder(ffmpeg, stop), leads, stop), daemon=True
    )
    log.info("worker_started", holder=holder)
    drawing.start()
    while not stop.is_set():
        try:
            _round(database, service, holder, leads)
        except SQLAlchemyError as error:
            log.warning("worker_waits", reason=type(error).__name__)
        stop.wait(INTERVAL)
    _resign(database, holder)
    drawing.join(_TO_END)


def _round(database: Database, service: TrackService, holder: str, leads: threading.Event) -> None:
    leads.clear()
    with database.writing() as db:
        if not lead(db, holder):
            return
        leads.set()
        purge_due(db, service)
        sweep_expired(db, service)
        accounts.forget_old_devices(db)
        login_limits.forget_old_failures(db)
        playlists.forget_deleted(db)
        db.commit()


def _draw(
    database: Database,
    service: TrackService,
    decoder: Decoder,
    leads: threading.Event,
    stop: threading.Event,
) -> None:
    if not decoder.is_there:
        log.warning(
            "no_waveforms",
            reason=f"the program {decoder.program} is not installed (apt-get install ffmpeg); "
            "tracks have no waveform until it is, and the worker is started again",
        )
        return
    while not stop.is_set():
        leads.wait(INTERVAL)
        try:
            with database.writing() as db:
                idle = not (leads.is_set() and draw_next(db, service, decoder))
        except SQLAlchemyError as error:
            log.warning("waveforms_wait", reason=type(error).__name__)
            idle = True
        except Interrupted:
            return
        if idle:
            stop.wait(INTERVAL)


def _resign(database: Database, holder: str) -> None:
    try:
        with database.writing() as db:
            resign(db, holder)
    except SQLAlchemyError as error:
        # The lead ends by itself, within a minute.
        log.warning("lead_kept", reason=type(error).__name__)
