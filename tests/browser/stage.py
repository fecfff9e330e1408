"""A site and its track service in this process: each can be stopped, or given other keys."""

from __future__ import annotations

import io
import threading
import wave
from contextlib import suppress
from typing import TYPE_CHECKING

import waitress
from sqlalchemy import select
from webtest import TestApp

from cdpsfy import migrate, web
from cdpsfy.database import open_database
from cdpsfy.models import Track
from cdpsfy.settings import read_settings
from cdpsfy.tickets import TicketSigner
from cdpsfy.web.services.decoding import Decoder
from cdpsfy.web.services.waveforms import draw_next
from cdpsfy.web.tracks import connect
from tests.browser.line import Line
from tests.components import require_program
from tests.deployment import ROOT
from tests.functional.web.conftest import TrackServer
from tests.functional.web.person import Person

if TYPE_CHECKING:
    from pathlib import Path

KEYS = "test:a-secret-of-the-tests-and-of-nothing-else"
OTHER_KEYS = "other:another-secret-of-the-tests-and-of-nothing-else"
_RATE = 44_100


class Stage:
    """What the player meets, with everything that may happen to it."""

    def __init__(self, folder: Path) -> None:
        self.track_service = TrackServer(
            {
                "cdpsfy.ticket_keys": KEYS,
                "cdpsfy.tracks_url": "http://127.0.0.1:1",
                "storage.driver": "memory",
            }
        )
        self.line = Line(self.track_service.url)
        """What lies between browsers and the track service."""
        self._ini = {
            "cdpsfy.ticket_keys": KEYS,
            "cdpsfy.tracks_url": self.line.url,
            "cdpsfy.tracks_internal_url": self.track_service.url,
            "cdpsfy.upload_limit": "64 MiB",
            "sqlalchemy.url": f"sqlite:///{folder}/site.sqlite",
            "alembic.script_location": str(ROOT / "migrations"),
        }
        database = open_database(self._ini)
        migrate.upgrade(database, self._ini)
        database.close()
        self._app = web.make_app(self._ini)
        self._server = waitress.create_server(self._app, host="127.0.0.1", port=0, threads=8)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        # Its sockets may be closed as it waits for them.
        with suppress(OSError):
            self._server.run()

    def person(self, name: str) -> Person:
        """Return somebody who has just signed up, with another browser."""
        return Person(TestApp(self._app)).sign_up(name)

    def change_keys(self) -> None:
        """Let no ticket be believed that was given before."""
        settings = read_settings({**self._ini, "cdpsfy.ticket_keys": OTHER_KEYS})
        self.track_service._app.registry["tickets"] = TicketSigner(settings["ticket_keys"])
        self._app.registry["track_service"] = connect(settings)

    def lose_bytes(self, title: str) -> None:
        """Take a track's bytes away behind the site's back."""
        with self._app.registry["database"].reading() as db:
            key = db.scalars(select(Track.key).where(Track.title == title)).one()
        self.track_service.driver.delete(key)

    def draw_waveforms(self) -> None:
        """Do what the worker does, until no track is due."""
        service = connect(read_settings(self._ini))
        decoder = Decoder(require_program("ffmpeg"), threading.Event())
        with self._app.registry["database"].writing() as db:
            while draw_next(db, service, decoder):
                pass

    def restore_keys(self) -> None:
        settings = read_settings(self._ini)
        self.track_service._app.registry["tickets"] = TicketSigner(settings["ticket_keys"])
        self._app.registry["track_service"] = connect(settings)

    def close(self) -> None:
        self._server.close()
        self.line.close()
        self.track_service.stop()
        self._app.registry["database"].close()


def tone(seconds: int, pitch: int = 220) -> bytes:
    """Return a WAV of 16 bits and two channels, a buzz of that pitch [Hz]."""
    period = b"".join(
        (6000 if frame * 2 * pitch // _RATE % 2 else -6000).to_bytes(2, "little", signed=True) * 2
        for frame in range(_RATE)
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(_RATE)
        wav.writeframes(period * seconds)
    return file.getvalue()
