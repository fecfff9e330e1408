"""Takes the files that a browser sent, each into the catalogue or with the reason why not."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from multipart import MultipartPart

from cdpsfy.web.language import _
from cdpsfy.web.services.uploads import Received, TooLate, create_track, is_form, new_form
from cdpsfy.web.track_service import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyramid.request import Request

    from cdpsfy.models import Track

_PATIENCE = 2.0
"""Seconds an upload waits for its turn; the answer is then "busy", and the pages stay quick."""


class Busy(Exception):
    """As many uploads as this process takes are being handled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    file_name: str
    track: Track | None
    status: HTTPStatus
    complaint: str
    """Why there is no track, for a person; empty when there is one."""


def receive(request: Request) -> list[Outcome]:
    """Try to make a track of every file of the form's field `track`.

    Raises:
        Busy: none was tried.
    """
    with _turn(request):
        return [_try(request, received) for received in _files(request)]


@contextmanager
def _turn(request: Request) -> Iterator[None]:
    turns = request.registry["uploads"]
    if not turns.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        yield
    finally:
        turns.release()


def _files(request: Request) -> Iterator[Received]:
    form = request.POST.get("form", "")
    form = form if isinstance(form, str) and is_form(form) else new_form()
    for part in request.POST.getall("track"):
        if isinstance(part, MultipartPart):
            yield Received(part.file, part.filename or "", form)


def _try(request: Request, received: Received) -> Outcome:
    settings = request.registry["cdpsfy.settings"]
    limit = settings["upload_limit"]
    name, translate = received.file_name, request.translate
    size = received.body.seek(0, io.SEEK_END)
    if size == 0:
        return Outcome(name, None, HTTPStatus.UNPROCESSABLE_ENTITY, translate(_("It is empty.")))
    if size > limit:
        text = translate(_("It is longer than ${limit} MB."), limit=limit // 1024**2)
        return Outcome(name, None, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
    try:
        track = create_track(
            request.db, request.track_service, request.identity, received, settings["upload_lease"]
        )
    except Refused as refusal:
        reason = translate(str(refusal))
        text = translate(_("This is no audio that we can play: ${reason}"), reason=reason)
        return Outcome(name, None, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    except (Unreachable, TooLate):
        text = translate(_("It was not uploaded: our storage did not answer. Please try again."))
        return Outcome(name, None, HTTPStatus.SERVICE_UNAVAILABLE, text)
    return Outcome(name, track, HTTPStatus.CREATED, "")
