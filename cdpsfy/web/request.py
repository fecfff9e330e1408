"""The site's request: forms are parsed by `multipart`, strictly and within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyramid.request
from multipart import MultipartError, MultipartPart, parse_form_data
from pyramid.httpexceptions import HTTPBadRequest
from webob.multidict import MultiDict, NoVars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyramid.response import Response

_FORM = "cdpsfy.form"
_MOST_PARTS = 200
_MOST_TEXT = 256 * 1024


class Request(pyramid.request.Request):  # type: ignore[misc]  # Pyramid has no types
    """Pyramid's request with another parser: WebOb's knows no limit to the number of parts."""

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
