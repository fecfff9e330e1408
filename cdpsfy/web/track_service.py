"""Speaks HTTP to the track service; the only module of the site that does."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

import requests
from requests.adapters import HTTPAdapter

from cdpsfy.logs import REQUEST_ID, request_id
from cdpsfy.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.tickets import TicketSigner

_PIECE = 1024 * 1024
_CONNECT, _ANSWER = 3.05, 30.0
"""Seconds; the time for an answer begins when the body is sent, so an upload's is no longer."""


class Refused(Exception):
    """The service will not take this upload; the message says why, for a person."""


class Missing(Exception):
    """The service has no such object."""


class Unreachable(Exception):
    """The service could not be asked, or could not answer. What happened there is not known."""

    may_pass: ClassVar[bool] = True
    """Whether another attempt, perhaps on another server, may succeed."""


class Full(Unreachable):
    """There is no room; all servers share the volume, so an operator has to make some."""

    may_pass = False


class Mistrusted(Unreachable):
    """The service takes no orders from this site: keys, clocks or addresses differ."""

    may_pass = False


_REFUSED = (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
_FAILED: dict[int, type[Unreachable]] = {
    HTTPStatus.INSUFFICIENT_STORAGE: Full,
    HTTPStatus.BAD_REQUEST: Mistrusted,
    HTTPStatus.UNAUTHORIZED: Mistrusted,
    HTTPStatus.FORBIDDEN: Mistrusted,
    HTTPStatus.NOT_FOUND: Mistrusted,
    HTTPStatus.METHOD_NOT_ALLOWED: Mistrusted,
}
"""What is no use to try again. The rest is: a 409 means that somebody replayed this attempt, a 422
that its bytes were damaged on the way, and what a 5xx server cannot do, the next one may."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the service says of an object that it stored."""

    key: str
    url: str
    size: int
    """Length in bytes."""
    sha256: str
    content_type: str


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One line of the service's listing."""

    key: str
    committed: bool
    size: int


class TrackService:
    """A client of one track service. Thread-safe."""

    def __init__(self, url: str, public_url: str, tickets: TicketSigner) -> None:
        self._url = url
        self._public_url = public_url
        self._tickets = tickets
        self._http = requests.Session()
        # A deployment's proxy settings are for the world outside, not for its own services.
        self._http.trust_env = False
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, HTTPAdapter(pool_maxsize=32))

    def play_address(self, key: str) -> str:
        """Return where a browser finds a track's object, with a ticket for it."""
        return f"{self._public_url}/tracks/{key}?ticket={self._tickets.play(key)}"

    def cover_address(self, key: str) -> str:
        """Return where a browser finds a cover's object, with a ticket for it."""
        return f"{self._public_url}/covers/{key}?ticket={self._tickets.play(key)}"

    def store(
        self, body: BinaryIO, *, size: int, sha256: str, ulid: str, kind: str = Kind.TRACK
    ) -> StoredObject:
        """Send the rest of body, size bytes long, to be stored under this attempt's ULID.

        Raises:
            Refused: it is not of that kind, or too long.
            Full, Mistrusted: nothing is stored, and no other server would do it.
            Unreachable: it may or may not be stored.
        """
        digest = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
        headers = {
            **self._headers(self._tickets.upload(ulid, size)),
            "Content-Length": str(size),
            "Content-Type": "application/octet-stream",
            "Repr-Digest": f"sha-256=:{digest}:",
        }
        response = self._ask("POST", f"/{kind}", headers=headers, data=body)
        if response.status_code == HTTPStatus.CREATED:
            return StoredObject(**response.json())
        if response.status_code in _REFUSED:
            raise Refused(_detail(response))
        failure = _FAILED.get(response.status_code, Unreachable)
        raise failure(f"{response.status_code}: {_detail(response)}")

    def delete(self, key: str, kind: str = Kind.TRACK) -> None:
        """Delete an object; one that is not there is deleted, too.

        Raises:
            Unreachable: it may or may not be deleted.
        """
        response = self._ask(
            "DELETE", f"/{kind}/{key}", headers=self._headers(self._tickets.delete(key))
        )
        if response.status_code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
            raise Unreachable(f"{response.status_code}: {_detail(response)}")

    def fetch(self, key: str, file: BinaryIO) -> None:
        """Write an object's bytes to file.

        Raises:
            Missing: there is none of that key.
            Unreachable: it did not come, or not as a whole.
        """
        headers = self._headers(self._tickets.play(key))
        with self._ask("GET", f"/tracks/{key}", headers=headers, stream=True) as response:
            if response.status_code == HTTPStatus.NOT_FOUND:
                raise Missing("the track service does not have it")
            if response.status_code != HTTPStatus.OK:
                raise Unreachable(f"{response.status_code}: {_detail(response)}")
            try:
                file.writelines(response.iter_content(_PIECE))
            except requests.RequestException as error:
                raise Unreachable(type(error).__name__) from error

    def objects(self) -> Iterator[ListedObject]:
        """Yield all objects of both kinds, and leftovers, ascending by key.

        Raises:
            Unreachable: the listing is not complete.
        """
        after: str | None = ""
        while after is not None:
            page = self._page(after)
            for entry in page["entries"]:
                yield ListedObject(entry["key"], entry["committed"], entry["size"])
            after = page["next"]

    def _page(self, after: str) -> dict[str, Any]:
        headers = self._headers(self._tickets.list())
        response = self._ask("GET", "/tracks", headers=headers, params={"after": after})
        if response.status_code != HTTPStatus.OK:
            raise Unreachable(f"{response.status_code}: {_detail(response)}")
        page: dict[str, Any] = response.json()
        return page

    def _headers(self, ticket: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {ticket}", REQUEST_ID: request_id()}

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401
        try:
            return self._http.request(
                method, self._url + path, timeout=(_CONNECT, _ANSWER), **options
            )
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from error


def _detail(response: requests.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (requests.JSONDecodeError, LookupError, TypeError):
        return str(response.reason)
