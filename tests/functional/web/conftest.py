"""A whole site for each test: the app in WebTest, a real track service behind real HTTP."""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import waitress
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from webtest import TestApp

from cdpsfy import migrate, tracks, web
from cdpsfy.database import open_database
from cdpsfy.web.services import accounts
from tests.functional.web.person import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.database import Database
    from storage import Driver
    from tests.functional.web.scene import Scene

ROOT = Path(__file__).parents[3]
KEYS = "test:a-secret-of-the-tests-and-of-nothing-else"


class TrackServer:
    """A track service that can be stopped and started again on its port."""

    def __init__(self, ini: dict[str, str]) -> None:
        self._app = tracks.make_app(ini)
        self.driver: Driver = self._app.registry["driver"]
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        # It sees that it was closed when it looks up: each second, unless told to do so sooner.
        self._server = waitress.create_server(
            self._app, host="127.0.0.1", port=self._port, asyncore_loop_timeout=0.05
        )
        self._port = self._server.effective_port
        self._thread = threading.Thread(target=_serve, args=(self._server,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        # Connections kept alive would go on answering, and hold the loop.
        for channel in list(self._server.active_channels.values()):
            channel.will_close = True
        self._server.pull_trigger()
        self._server.close()
        self._server.task_dispatcher.shutdown()
        self._thread.join(10)
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()


def _serve(server: waitress.server.BaseWSGIServer) -> None:
    # Its sockets may be closed as it waits for them.
    with suppress(OSError):
        server.run()


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password cost next to nothing: else it is a fifth of the time of these tests."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher.from_parameters(CHEAPEST))


@pytest.fixture
def track_server() -> Iterator[TrackServer]:
    server = TrackServer(
        {
            "cdpsfy.ticket_keys": KEYS,
            "cdpsfy.tracks_url": "http://127.0.0.1:1",
            "storage.driver": "memory",
        }
    )
    yield server
    server.stop()


@pytest.fixture
def ini(
    tmp_path: Path, track_server: TrackServer, compiled_pages: dict[str, str]
) -> dict[str, str]:
    return {
        **compiled_pages,
        "cdpsfy.ticket_keys": KEYS,
        "cdpsfy.tracks_url": track_server.url,
        "cdpsfy.upload_limit": "1 MiB",
        "sqlalchemy.url": f"sqlite:///{tmp_path}/site.sqlite",
        "alembic.script_location": str(ROOT / "migrations"),
    }


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the file of a database with all tables: to make them takes longer than most tests."""
    file = tmp_path_factory.mktemp("empty") / "site.sqlite"
    ini = {
        "sqlalchemy.url": f"sqlite:///{file}",
        "alembic.script_location": str(ROOT / "migrations"),
    }
    database = open_database(ini)
    migrate.upgrade(database, ini)
    database.close()
    return file.read_bytes()


@pytest.fixture
def database(ini: dict[str, str], tmp_path: Path, empty_database: bytes) -> Iterator[Database]:
    (tmp_path / "site.sqlite").write_bytes(empty_database)
    database = open_database(ini)
    yield database
    database.close()


@pytest.fixture
def app(ini: dict[str, str], database: Database) -> Iterator[object]:  # noqa: ARG001 - migrated first
    app = web.make_app(ini)
    yield app
    app.registry["database"].close()


@pytest.fixture
def visitor(app: object) -> Person:
    return Person(TestApp(app))


@pytest.fixture
def ana(app: object) -> Person:
    return Person(TestApp(app)).sign_up("Ana")


@pytest.fixture
def ben(app: object) -> Person:
    return Person(TestApp(app)).sign_up("Ben")


@pytest.fixture(scope="session")
def scene(song: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    from tests.functional.web.scene import Scene  # noqa: PLC0415 - it needs what is above

    scene = Scene(tmp_path_factory.mktemp("scene"), song)
    yield scene
    scene.close()


@pytest.fixture(scope="session")
def song_with_picture() -> bytes:
    return files("cdpsfy.demo").joinpath("tracks", "02-nanas-para-tres-discos.mp3").read_bytes()


@pytest.fixture(scope="session")
def song(song_with_picture: bytes) -> bytes:
    """Return a song whose picture is in a frame that nobody knows: to read it takes a process."""
    return song_with_picture.replace(b"APIC", b"XPIC", 1)
