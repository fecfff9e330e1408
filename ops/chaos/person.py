"""What a person does on the site with a browser, over HTTP."""

from __future__ import annotations

import html
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import requests

from ops.chaos.ledger import What

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.chaos.ledger import Ledger
    from ops.chaos.songs import Song

_PASSWORD = "three sad tigers of the lab"  # noqa: S105 - of people who do not exist
_CONNECT, _PATIENCE = 5.0, 60.0
"""Seconds for a connection, and until somebody who waits for a page tries again."""


class Refused(Exception):
    """The answer was no success, or did not come."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status or 'no answer'}: {reason}")
        self.status = status
        """0 without an answer."""
        self.reason = reason
        """What the answer says to a person, if it says anything."""


class Form(NamedTuple):
    """The upload form, as one visit to its page gives it."""

    csrf_token: str
    ulid: str
    """The same bytes sent twice with it make one track."""


class Person:
    """Somebody with a browser. site is an address without a path; ca a file that vouches for it."""

    def __init__(self, site: str, name: str, ledger: Ledger, ca: str | None = None) -> None:
        self.name = name
        self.ca = ca
        self._site = site
        self._ledger = ledger
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy of the machine is not between people and the site
        self._http.verify = ca or True
        # By https, a form is taken only from a page of the site itself; browsers say so.
        self._http.headers["Origin"] = site
        # A browser tries again by itself when a connection that it kept turns out to be closed.
        self._http.headers["Connection"] = "close"

    def sign_up(self) -> None:
        """Make an account and log in with it, or log in if it is there.

        Raises:
            Refused: neither was done, as for all that follows.
        """
        try:
            self._enter("/signup")
        except Refused as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
            self._enter("/login")

    def open_form(self) -> Form:
        """Visit the upload page."""
        page = self._ask("page", "GET", "/tracks/new").text
        return Form(_hidden(page, "csrf_token"), _hidden(page, "form"))

    def upload(self, form: Form, song: Song) -> str:
        """Send the form with one file, as the page's script does; return the track's path."""
        answer = self._ask(
            "upload",
            "POST",
            "/tracks",
            headers={"Accept": "application/json", "X-CSRF-Token": form.csrf_token},
            data={"form": form.ulid},
            files={"track": (song.name, song.data)},
        )
        return str(answer.json()["url"])

    def delete(self, track: str) -> None:
        """Press the button on the track's page."""
        page = self._ask("page", "GET", track).text
        fields = {"csrf_token": _hidden(page, "csrf_token"), "_method": "delete"}
        self._ask("delete", "POST", track, data=fields)

    def play_address(self, track: str) -> str:
        """Return where a track's page says that its music is, with a ticket."""
        page = self._ask("page", "GET", track).text
        return _found(r'<audio[^>]* src="([^"]+)"', page, "no music on this page")

    def tracks(self) -> Iterator[str]:
        """Yield the paths of one's own tracks, newest first, page by page."""
        page: str | None = "/tracks/mine"
        while page:
            text = self._ask("page", "GET", page).text
            yield from re.findall(r'<a href="(/tracks/[A-Za-z0-9]{12})"', text)
            older = re.search(r'rel="next" href="([^"]+)"', text)
            page = html.unescape(older[1]) if older else None

    def _enter(self, path: str) -> None:
        page = self._ask("page", "GET", path).text
        fields = {
            "csrf_token": _hidden(page, "csrf_token"),
            "username": self.name,
            "password": _PASSWORD,
        }
        self._ask("page", "POST", path, data=fields)

    def _ask(
        self,
        deed: str,
        method: str,
        path: str,
        **options: Any,  # noqa: ANN401 - those of requests
    ) -> requests.Response:
        start = time.monotonic()
        status = 0
        try:
            answer = self._http.request(
                method,
                urljoin(self._site, path),
                timeout=(_CONNECT, _PATIENCE),
                allow_redirects=False,
                **options,
            )
            status = answer.status_code
        except requests.RequestException as error:
            raise Refused(0, type(error).__name__) from error
        finally:
            seconds = round(time.monotonic() - start, 3)
            self._ledger.note(What.ANSWER, deed=deed, status=status, seconds=seconds)
        if answer.ok and not self._was_sent_to_log_in(answer):
            return answer
        raise Refused(status, _detail(answer))

    def _was_sent_to_log_in(self, answer: requests.Response) -> bool:
        return answer.headers.get("Location", "").partition("?")[0].endswith("/login")


def _hidden(page: str, name: str) -> str:
    return _found(f'name="{name}" value="([^"]+)"', page, f"no field {name} on this page")


def _found(pattern: str, page: str, complaint: str) -> str:
    match = re.search(pattern, page)
    if match is None:
        raise Refused(HTTPStatus.OK, complaint)
    return html.unescape(match[1])


def _detail(answer: requests.Response) -> str:
    """Return the words of a problem, or the first ones of a page; else those of HTTP."""
    try:
        return str(answer.json()["detail"])
    except (requests.JSONDecodeError, LookupError, TypeError):
        # A notice tells of what was done before; the status is a number.
        match = re.search(r'<p(?! class="(?:notice|status)")[^>]*>([^<]+)</p>', answer.text)
        return html.unescape(match[1]).strip() if match else str(answer.reason)
