"""A site with a whole cast, set back to how it was after each question that changed it."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from pyramid.interfaces import IRoutesMapper
from webob import Request
from webtest import TestApp

from cdpsfy import migrate, web
from cdpsfy.database import open_database
from tests.functional.web import permissions
from tests.functional.web.cast import Cast
from tests.functional.web.conftest import KEYS, ROOT, TrackServer

if TYPE_CHECKING:
    from pathlib import Path

    from webtest import TestResponse

_TOKEN = "a-token-against-forged-forms"


class Scene:
    """Asks as whoever is wanted."""

    def __init__(self, folder: Path, song: bytes) -> None:
        self._track_server = TrackServer(
            {
                "cdpsfy.ticket_keys": KEYS,
                "cdpsfy.tracks_url": "http://127.0.0.1:1",
                "storage.driver": "memory",
            }
        )
        ini = {
            "cdpsfy.ticket_keys": KEYS,
            "cdpsfy.tracks_url": self._track_server.url,
            "sqlalchemy.url": f"sqlite:///{folder}/site.sqlite",
            "alembic.script_location": str(ROOT / "migrations"),
        }
        self._database = open_database(ini)
        migrate.upgrade(self._database, ini)
        self.app = web.make_app(ini)
        self.cast = Cast(self.app, self._database, song)
        self._file = sqlite3.connect(folder / "site.sqlite", isolation_level=None)
        self._before = sqlite3.connect(":memory:")
        self._file.backup(self._before)
        self._version = self._data_version()

    def close(self) -> None:
        self._file.close()
        self._before.close()
        self._database.close()
        self.app.registry["database"].close()
        self._track_server.stop()

    def ask(
        self,
        role: str,
        method: str,
        address: str,
        form: str = "",
        *,
        token: bool = True,
        accept: str = "text/html",
    ) -> TestResponse:
        """Return what somebody in this role gets; the form is as a body has it."""
        if self.has_changed():
            self._before.backup(self._file)
            self._version = self._data_version()
        headers = {"Accept": accept, "Cookie": f"csrf={_TOKEN}; {self.cast.cookies[role]}"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if token:
            headers["X-CSRF-Token"] = _TOKEN
        return TestApp(self.app).request(
            address, method=method, headers=headers, body=form.encode(), expect_errors=True
        )

    def pages(self) -> list[tuple[str, str]]:
        """Return who sees most of every page that a GET shows, and its address."""
        found = [("anonymous", path) for path in ("/", "/login", "/signup", "/search")]
        for line in permissions.read():
            role = "owner" if "owner" in line.answers else "anonymous"
            if line.method == "GET" and line.answers[role] == "200":
                address = self.address(line.address, role, "public")
                if self.ask(role, "GET", address).content_type == "text/html":
                    found.append((role, address))
        return found

    def has_changed(self) -> bool:
        """Tell whether the last question left something in the database."""
        return self._data_version() != self._version

    def address(self, address: str, role: str, state: str) -> str:
        """Return an address with a thing for what is in braces."""

        def thing(match: re.Match[str]) -> str:
            things = self.cast.things
            return things.get((match[1], state)) or things.get((match[1], role)) or "1"

        return re.sub("{([a-z]+)}", thing, address)

    def route_of(self, address: str) -> str:
        """Return the name of the route that an address leads to."""
        route = self.app.registry.getUtility(IRoutesMapper)(Request.blank(address))["route"]
        assert route is not None, f"no route of the site leads to {address}"
        return str(route.name)

    def _data_version(self) -> int:
        # SQLite's own count of what others wrote.
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])
