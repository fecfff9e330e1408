"""CDPSfy under measurement: its programs as production.ini runs them."""

from __future__ import annotations

import re
import secrets
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import TicketSigner
from tests.bench.contestants import Contestant
from tests.bench.processes import Server
from tests.components import free_port
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.bench.songs import Song

_QUIET = ("-W", "ignore:pkg_resources is deprecated")  # pyramid#3795
_PSERVE = [sys.executable, *_QUIET, str(Path(sys.executable).with_name("pserve"))]
_UNIT = {"MALLOC_ARENA_MAX": "2"}
"""The environment that ops/systemd gives both."""


class Installation:
    """production.ini with a secret, ports and a folder of its own.

    driver is a storage driver over the folder songs.
    """

    def __init__(self, folder: Path, songs: Path, driver: str = "filesystem") -> None:
        self.folder = folder
        self.ports = {"main": free_port(), "tracks": free_port()}
        self.database = folder / "site.sqlite"
        secret = secrets.token_urlsafe(32)
        self.tickets = TicketSigner([TicketKey("bench", secret)])
        self.ini = folder / "bench.ini"
        text = (ROOT / "production.ini").read_text("utf-8")
        for name, value in {
            "cdpsfy.ticket_keys": f"bench:{secret}",
            "cdpsfy.tracks_url": "http://127.0.0.1",
            "sqlalchemy.url": f"sqlite:///{self.database}",
            "alembic.script_location": str(ROOT / "migrations"),
            "storage.driver": driver,
            "storage.path": str(songs),
            "spool": str(songs),
        }.items():
            text = re.sub(rf"(?m)^{re.escape(name)} = .*$", f"{name} = {value}", text)
        text = text.replace("127.0.0.1:6543", f"127.0.0.1:{self.ports['main']}")
        text = text.replace("127.0.0.1:6544", f"127.0.0.1:{self.ports['tracks']}")
        self.ini.write_text(text, "utf-8")

    def path(self, song: Song) -> str:
        """Return where the track service, or its edge, has a song."""
        return f"/tracks/{song.key}?ticket={self.tickets.play(song.key)}"


@contextmanager
def origin(
    installation: Installation, env: Mapping[str, str] | None = None
) -> Iterator[Contestant]:
    """Run the track service alone; env is added to its environment."""
    with _running("tracks", "origin", installation, env) as contestant:
        yield contestant


@contextmanager
def site(installation: Installation) -> Iterator[Contestant]:
    """Run the site alone."""
    with _running("main", "site", installation) as contestant:
        yield contestant


@contextmanager
def _running(
    app: str, name: str, installation: Installation, env: Mapping[str, str] | None = None
) -> Iterator[Contestant]:
    url = f"http://127.0.0.1:{installation.ports[app]}"
    command = [*_PSERVE, str(installation.ini), "--app-name", app, "--server-name", app]
    server = Server(name, command, installation.folder, {**_UNIT, **(env or {})})
    try:
        server.await_answer(f"{url}/healthz")
        yield Contestant(name, url, [server], installation.path)
    finally:
        server.stop()
