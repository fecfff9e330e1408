"""One deployment, as its ini describes it: what the operator's commands work on."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING

import plaster

from cdpsfy.database import Database, open_database
from cdpsfy.serving import drain_durations
from cdpsfy.settings import Misconfigured, Settings, read_settings
from cdpsfy.tickets import TicketSigner
from cdpsfy.web.tracks import connect
from storage import Driver, open_driver

if TYPE_CHECKING:
    from pathlib import Path

    from cdpsfy.web.track_service import TrackService

WEB, TRACKS = "main", "tracks"
_SERVERS = {WEB: "main", TRACKS: "tracks"}


class Deployment:
    """Opens what the ini names, when it is asked for.

    Raises:
        Misconfigured: its name does not end in .ini.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._loader = plaster.get_loader(str(path), protocols=["wsgi"])
        except plaster.PlasterError as error:
            raise Misconfigured(f"{path}: the name of a configuration ends in .ini") from error

    def app(self, name: str) -> dict[str, str]:
        """Return the settings of an app, with those that all share.

        Raises:
            Misconfigured: the ini cannot be read, or has no such app.
        """
        try:
            found = self._loader.get_wsgi_app_settings(name)
        except (LookupError, OSError, ValueError, configparser.Error) as error:
            raise Misconfigured(f"{self.path}: no settings of [app:{name}]: {error}") from error
        return {**found.global_conf, **found}

    def listen_address(self, name: str) -> tuple[str, int]:
        """Return host and port of an app's server."""
        section = f"server:{_SERVERS[name]}"
        host, _, port = self._loader.get_settings(section).get("listen", "").rpartition(":")
        if not host or not port.isdecimal():
            raise Misconfigured(f"[{section}] listen: write host:port")
        return host, int(port)

    def stopping_time(self, name: str) -> float:
        """Return the seconds after which an app's server has ended at the latest.

        Raises:
            Misconfigured: its section does not say so in a way that can be read.
        """
        section = f"server:{_SERVERS[name]}"
        try:
            return sum(drain_durations(self._loader.get_settings(section)))
        except ValueError as error:
            raise Misconfigured(f"[{section}] {error}") from error

    def settings(self) -> Settings:
        """Return the checked settings of the site."""
        return read_settings(self.app(WEB))

    def database(self, *, patient: bool = False) -> Database:
        """Open the database; a patient one lets an answer take long."""
        return open_database(self.app(WEB), patient=patient)

    def driver(self) -> Driver:
        """Open the storage."""
        return open_driver(self.app(TRACKS))

    def tickets(self) -> TicketSigner:
        """Return what signs tickets."""
        return TicketSigner(self.settings()["ticket_keys"])

    def track_service(self) -> TrackService:
        """Return a client of the track service."""
        return connect(self.settings())
