"""Visits the site as a browser does: by https, by name, at the address that balancers share."""

from __future__ import annotations

import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from ops.nagios.plugins.arguments import Arguments


class Unreachable(Exception):
    """There was no whole answer; the message says why."""


class Page(NamedTuple):
    """An answer: its status, its headers by their names in small letters, and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Visitor:
    """One who asks for pages of one site; each with a connection of its own."""

    def __init__(
        self, url: str, *, connect: str, authority: Path, timeout: float, within: float = 60.0
    ) -> None:
        """Remember where to ask.

        url names the site, without a path; connect is ADDRESS:PORT. authority is a file of
        certificates to believe, where the site's is not one that the system believes. An answer may
        take `timeout` seconds, and all of them together `within` seconds from now.
        """
        self._site = urlsplit(url)
        host, _, port = connect.rpartition(":")
        self._address = (host, int(port))
        self._authority = authority
        self._timeout = timeout
        self._deadline = time.monotonic() + within

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Page:
        """Ask once.

        Raises:
            Unreachable: no whole answer came in time; also: the certificate is not to be believed.
        """
        what = f"{method} {path.partition('?')[0]} of {self._site.netloc}"
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Unreachable(f"{what}: what was asked before has taken all the time")
        connection = self._connection(min(self._timeout, left))
        try:
            connection.request(method, path, body, {"Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Page(answer.status, named, answer.read())
        except (OSError, HTTPException) as error:
            raise Unreachable(f"{what}: {error or type(error).__name__}") from error
        finally:
            connection.close()

    def _connection(self, timeout: float) -> HTTPConnection:
        name = self._site.hostname or ""
        if self._site.scheme == "http":
            return _Plain(self._address, name, timeout)
        return _Safe(self._address, name, timeout, trust(self._authority))


def trust(authority: Path) -> ssl.SSLContext:
    """Believe what the system does and, if the file is there, its certificates."""
    context = ssl.create_default_context()
    if authority.is_file():
        context.load_verify_locations(authority)
    return context


def add_arguments(arguments: Arguments) -> None:
    """Declare what makes a visitor, on the command line."""
    arguments.add_argument("url", help="of the site, without a path")
    arguments.add_argument("--connect", required=True, help="ADDRESS:PORT in place of its own")
    arguments.add_argument("--authority", type=Path, default=Path(), help="certificates to believe")
    arguments.add_argument("--timeout", type=float, default=8.0, help="seconds a request")
    arguments.add_argument("--within", type=float, default=18.0, help="seconds for all of them")


def visitor(given: Namespace) -> Visitor:
    """Make the visitor that the command line describes."""
    return Visitor(
        given.url,
        connect=given.connect,
        authority=given.authority,
        timeout=given.timeout,
        within=given.within,
    )


class _Plain(HTTPConnection):
    """A connection by http, to an address of our choice."""

    def __init__(self, address: tuple[str, int], name: str, timeout: float) -> None:
        super().__init__(name, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection(self._address, self.timeout)


class _Safe(HTTPSConnection):
    """A connection by https, to an address of our choice."""

    def __init__(
        self, address: tuple[str, int], name: str, timeout: float, context: ssl.SSLContext
    ) -> None:
        super().__init__(name, timeout=timeout, context=context)
        self._address = address
        self._trust = context

    def connect(self) -> None:
        plain = socket.create_connection(self._address, self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
