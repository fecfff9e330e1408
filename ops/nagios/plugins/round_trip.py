"""Uploads a second of noise, plays it whole and in part, and deletes it: as people do.

What was uploaded is remembered in a file before it is, so that an object whose deletion failed, or
whose upload never answered, is deleted by a later run.
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.leftovers import Leftovers
from ops.nagios.plugins.tickets import NoKey, Tickets
from ops.nagios.plugins.ulid import made_at, make_ulid
from ops.nagios.plugins.visitor import Unreachable, add_arguments, visitor

if TYPE_CHECKING:
    from ops.nagios.plugins.visitor import Page, Visitor

_RATE = 8000
_PART = slice(1000, 5000)
_LATE = 600.0
"""Seconds after which no upload comes any more: twice the life of its ticket."""


class Wrong(Exception):
    """The answer was not what it should be; the message says what it was."""


class Journey:
    """One object's way through the cluster."""

    def __init__(self, visitor: Visitor, tickets: Tickets) -> None:
        self._visitor = visitor
        self._tickets = tickets
        self._ulid = make_ulid()
        self.sound = noise()
        self.key = f"{hashlib.sha256(self.sound).hexdigest()}-{self._ulid}"

    def upload(self) -> None:
        """Store the sound, under the key that is known before."""
        limit = len(self.sound)
        headers = self._bearing("upload", self._ulid, limit)
        page = self._visitor.ask("POST", "/tracks", headers, self.sound)
        _expect(page, 201, "the upload")

    def play(self) -> None:
        """Fetch it whole, then a part of it."""
        address = f"/tracks/{self.key}?ticket={self._tickets.sign('play', self.key)}"
        page = self._visitor.ask("GET", address)
        _expect(page, 200, "playing")
        _compare(page.body, self.sound, "the whole")
        part = {"Range": f"bytes={_PART.start}-{_PART.stop - 1}"}
        page = self._visitor.ask("GET", address, part)
        _expect(page, 206, "playing a part")
        _compare(page.body, self.sound[_PART], "the part")

    def delete(self, key: str) -> bool:
        """Delete an object; return whether it was there."""
        headers = self._bearing("delete", key)
        page = self._visitor.ask("DELETE", f"/tracks/{key}", headers)
        if page.status == 404:  # noqa: PLR2004 - HTTP's own number
            return False
        _expect(page, 204, "the deletion")
        return True

    def _bearing(self, action: str, subject: str, limit: int | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tickets.sign(action, subject, limit)}"}


def noise(seconds: float = 1.0) -> bytes:
    """Return a WAV file of very soft noise; no two are the same."""
    samples = bytes(127 + (byte & 1) for byte in os.urandom(int(_RATE * seconds)))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _RATE, _RATE, 1, 8)
    chunks = b"WAVE" + form + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(chunks)) + chunks


def check(visitor: Visitor, tickets: Tickets, leftovers: Leftovers) -> Answer:
    """Go the whole way once, after what earlier runs left."""
    journey = Journey(visitor, tickets)
    start = time.monotonic()
    try:
        for key in leftovers.all():
            if journey.delete(key) or _age(key) > _LATE:
                leftovers.forget(key)
        leftovers.remember(journey.key)
        journey.upload()
        journey.play()
        journey.delete(journey.key)
        leftovers.forget(journey.key)
    except (Unreachable, Wrong) as error:
        return Answer(Status.CRITICAL, str(error))
    took = time.monotonic() - start
    return Answer(Status.OK, "uploaded, played, deleted", {"time": f"{took:.3f}s"})


def _age(key: str) -> float:
    """Return for how many seconds the key has had a name."""
    return time.time() - made_at(key.rpartition("-")[2])


def _expect(page: Page, status: int, what: str) -> None:
    if page.status != status:
        said = page.body[:200].decode(errors="replace")
        raise Wrong(f"{what} is answered {page.status}: {said}")


def _compare(got: bytes, wanted: bytes, what: str) -> None:
    if hashlib.sha256(got).digest() != hashlib.sha256(wanted).digest():
        raise Wrong(f"{what} came back with other bytes ({len(got)} of {len(wanted)})")


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    add_arguments(arguments)
    arguments.add_argument("--keys", type=Path, required=True, help="file of NAME:SECRET")
    arguments.add_argument("--state", type=Path, required=True, help="file of its own")
    given = arguments.parse_args()

    def visit() -> Answer:
        try:
            tickets = Tickets(given.keys)
        except NoKey as error:
            return Answer(Status.CRITICAL, str(error))
        return check(visitor(given), tickets, Leftovers(given.state))

    answer(visit)


if __name__ == "__main__":
    main()
