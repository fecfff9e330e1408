"""What a client with tickets does with the track service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ulid import ULID
from webtest import TestApp

from cdpsfy.tracks import make_app

if TYPE_CHECKING:
    from cdpsfy.tickets import TicketSigner
    from storage.memory import MemoryDriver

SECRET = "a-secret-of-the-tests-and-of-nothing-else"
INI = {
    "cdpsfy.ticket_keys": f"test:{SECRET}",
    "cdpsfy.tracks_url": "http://localhost",
    "storage.driver": "memory",
}
MIB = 1024 * 1024


class Service:
    """A track service over memory, its volume, and the tickets that a site would give."""

    def __init__(self) -> None:
        self.wsgi = make_app(INI)
        # lint would hide that the body is a file, as waitress gives it.
        self.http = TestApp(self.wsgi, lint=False)
        self.driver: MemoryDriver = self.wsgi.registry["driver"]
        self.tickets: TicketSigner = self.wsgi.registry["tickets"]

    def upload(
        self,
        data: bytes,
        *,
        ulid: str | None = None,
        limit: int = 4 * MIB,
        status: int = 201,
        headers: dict[str, str] | None = None,
    ) -> Any:
        ticket = self.tickets.upload(ulid or str(ULID()), limit)
        headers = {"Authorization": f"Bearer {ticket}", **(headers or {})}
        return self.http.post(
            "/tracks", data, headers, status=status, content_type="application/octet-stream"
        )

    def upload_key(self, data: bytes) -> str:
        """Upload and return the object's key."""
        return str(self.upload(data).json["key"])

    def address(self, key: str) -> str:
        """Return an address that plays an object."""
        return f"/tracks/{key}?ticket={self.tickets.play(key)}"

    def play(self, key: str, status: int = 200, **headers: str) -> Any:
        """Get an object; headers are written `if_none_match="*"`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(self.address(key), headers=named, status=status)

    def head(self, key: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.head(self.address(key), headers=named)

    def delete(self, key: str, status: int = 204) -> Any:
        return self.http.delete(
            f"/tracks/{key}", headers=bearer(self.tickets.delete(key)), status=status
        )

    def keys(self) -> list[str]:
        """Return the keys of all objects on the volume."""
        return [entry.key for entry in self.driver.list()]

    def damage(self, key: str, block: int) -> None:
        """Flip a bit of the object as it lies on the volume."""
        blocks = self.driver._objects[key].blocks
        blocks[block] = bytes([blocks[block][0] ^ 1]) + blocks[block][1:]


def bearer(ticket: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {ticket}"}


def assert_problem(answer: Any, status: int) -> None:
    """Check that an answer is an error that a program can read (RFC 9457)."""
    assert answer.status_int == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["detail"]
