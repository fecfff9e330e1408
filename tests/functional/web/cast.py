"""Somebody in every role, and a thing of theirs in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from webtest import TestApp

from cdpsfy.models import Device, Peaks, Track, Visibility
from cdpsfy.web.services import accounts, deletion
from cdpsfy.web.services.search import index
from tests.functional.web.person import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from cdpsfy.database import Database

PASSWORD = "a long password"
ROLES = ("anonymous", "stranger", "listener", "editor", "owner", "admin")
"""People are called as their roles. A stranger is logged in, and that is all; a listener and an
editor are so of the owner's playlists."""
HIDDEN = ("unlisted", "private", "deleted")
"""How a thing may be that no list, page or search shows to others."""


class Cast:
    """Everybody, and what they have."""

    def __init__(self, app: object, database: Database, song: bytes) -> None:
        self.cookies = {"anonymous": ""}
        """By role, what their browsers send to show who they are."""
        self.things: dict[tuple[str, str], str] = {}
        """What stands for `{track}` and the like in addresses: of each state, or of each role."""
        self.secrets: dict[str, list[str]] = {state: [] for state in HIDDEN}
        """By state, what nobody but the owner may read anywhere."""
        with database.writing.begin() as db:
            for role in ROLES[1:]:
                accounts.sign_up(db, role, PASSWORD, is_admin=role == "admin")
        people = {role: self._log_in(app, role) for role in ROLES[1:]}
        with database.reading() as db:
            for device in db.scalars(select(Device)):
                self.things["device", device.user.name] = str(device.id)
        for state in ("public", *HIDDEN):
            self._add_track(database, people["owner"], song, state)

    def _log_in(self, app: object, role: str) -> Person:
        person = Person(TestApp(app))
        person.log_in(role, PASSWORD)
        self.cookies[role] = "session=" + person.browser.cookies["session"].strip('"')
        return person

    def _add_track(self, database: Database, owner: Person, song: bytes, state: str) -> None:
        public_id = owner.upload_track(song).rpartition("/")[2]
        self.things["track", state] = public_id
        with database.writing.begin() as db:
            track = db.scalars(select(Track).where(Track.public_id == public_id)).one()
            db.execute(update(Peaks).values(levels=b"~"))
            _describe(db, track, state)
            if state != "public":
                words = [track.title, track.artist, track.album, track.genre]
                self.secrets[state] += [*words, track.public_id, track.key]


def _describe(db: Session, track: Track, state: str) -> None:
    for name in ("title", "artist", "album", "genre"):
        setattr(track, name, f"{state}{name}")
    if state == "deleted":
        deletion.delete_track(db, track, 3600)
    else:
        track.visibility = Visibility(state)
    index.refresh(db, track)
