"""The site's request: what all views may ask for, and forms read strictly and within limits."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyramid.request
from multipart import MultipartError, MultipartPart, parse_form_data
from pyramid.httpexceptions import HTTPBadRequest
from webob.multidict import MultiDict, NoVars

from cdpsfy.web.db import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyramid.response import Response
    from sqlalchemy.orm import Session

    from cdpsfy.models import Device
    from cdpsfy.web.track_service import TrackService

_FORM = "cdpsfy.form"
_MOST_PARTS = 200
_MOST_TEXT = 256 * 1024


class Request(pyramid.request.Request):  # type: ignore[misc]  # Pyramid has no types
    """Pyramid's request with another parser: WebOb's knows no limit to the number of parts.

    For properties that are added by `add_request_method` Pyramid makes a class of each request.
    """

    @cached_property
    def db(self) -> Session:
        """The request's one session: returning a response commits, raising rolls back."""
        return open_session(self)

    @property
    def device(self) -> Device | None:
        """The device that is asking, if it is logged in."""
        device: Device | None = self.registry["devices"].get_or_create(self)
        return device

    @property
    def track_service(self) -> TrackService:
        """The client of the track service, one for all requests."""
        service: TrackService = self.registry["track_service"]
        return service

    def when_done(self, tell: Callable[[Response], None]) -> None:
        """Have the answer tell of what was done; an exception takes back both."""

        def tell_if_done(_request: Request, response: Response) -> None:
            if self.exception is None:
                tell(response)

        self.add_response_callback(tell_if_done)

    @property
    def POST(self) -> MultiDict[str, Any]:  # noqa: N802 - WebOb's name
        """The form's fields: text as str, files as MultipartPart.

        Raises:
            HTTPBadRequest: the form is malformed, cut off, or has too many parts.
        """
        if _FORM not in self.environ:
            self.environ[_FORM] = self._parse_form()
        form: MultiDict[str, Any] = self.environ[_FORM]
        return form

    def _parse_form(self) -> Any:  # noqa: ANN401 - WebOb's two kinds of dictionary
        if self.method not in ("POST", "PUT", "PATCH", "DELETE"):
            return NoVars("not a request with a form")
        try:
            texts, files = parse_form_data(
                self.environ,
                ignore_errors=False,
                part_limit=_MOST_PARTS,
                memory_limit=_MOST_TEXT,
            )
        except (MultipartError, UnicodeDecodeError, LookupError) as error:
            raise HTTPBadRequest(f"the form could not be read: {error}") from error
        parts = [part for _, part in files.iterallitems()]
        self.add_finished_callback(lambda _: _close(parts))
        return MultiDict([*texts.iterallitems(), *files.iterallitems()])


def _close(parts: Iterable[MultipartPart]) -> None:
    for part in parts:
        part.close()
