"""Takes the files that a browser sent, each into the catalogue or with the reason why not."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from multipart import MultipartPart
from pyramid.httpexceptions import HTTPBadRequest
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.models import Visibility
from cdpsfy.pictures.process import LONGEST
from cdpsfy.web import covers
from cdpsfy.web.language import _
from cdpsfy.web.services.sending import TooLate
from cdpsfy.web.services.tags import read_picture
from cdpsfy.web.services.uploads import PATIENCE, Received, create_track, is_form, new_form
from cdpsfy.web.track_service import Full, Mistrusted, Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyramid.request import Request

    from cdpsfy.models import Track

log = structlog.get_logger(__name__)
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
    bare: str | None = None
    """Why the track has no cover, as one of `covers.COMPLAINTS`; None when it needs no word."""


def receive(request: Request) -> list[Outcome]:
    """Try to make a track of every file of the form's field `track`.

    Raises:
        Busy: none was tried.
        HTTPBadRequest: the form's visibility is none.
    """
    with turn(request):
        return [_try(request, received) for received in _files(request)]


def picture_of(request: Request) -> bytes | None:
    """Return the file of the form's field `cover`, no more of it than shows that it is too long."""
    part = request.POST.get("cover")
    if not isinstance(part, MultipartPart):
        return None
    part.file.seek(0)
    return bytes(part.file.read(LONGEST + 1)) or None


@contextmanager
def turn(request: Request) -> Iterator[None]:
    """Be one of the uploads that are handled at once.

    Raises:
        Busy: there are as many as may be.
    """
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
    visibility = _visibility(request)
    for part in request.POST.getall("track"):
        if isinstance(part, MultipartPart):
            yield Received(part.file, part.filename or "", form, visibility)


def _visibility(request: Request) -> Visibility:
    try:
        return Visibility(request.POST.get("visibility", Visibility.PUBLIC))
    except ValueError as error:
        raise HTTPBadRequest(str(error)) from error


def _try(request: Request, received: Received) -> Outcome:
    name, translate = received.file_name, request.translate
    limit = request.registry["cdpsfy.settings"]["upload_limit"]
    size = received.body.seek(0, io.SEEK_END)
    if size == 0:
        return Outcome(name, None, HTTPStatus.UNPROCESSABLE_ENTITY, translate(_("It is empty.")))
    if size > limit:
        text = translate(_("It is longer than ${limit} MB."), limit=limit // 1024**2)
        return Outcome(name, None, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
    began = time.monotonic()
    try:
        track = _create(request, received)
    except Refused as refusal:
        reason = translate(str(refusal))
        text = translate(_("This is no audio that we can play: ${reason}"), reason=reason)
        return Outcome(name, None, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    except (Unreachable, TooLate, SQLAlchemyError) as error:
        status, text = _failure(error)
        return Outcome(name, None, status, translate(text))
    bare = _give_cover(request, track, received, until=began + PATIENCE)
    return Outcome(name, track, HTTPStatus.CREATED, "", bare)


def _give_cover(request: Request, track: Track, received: Received, *, until: float) -> str | None:
    """Give a new track the picture that came with it, or else the one in its tags.

    The track is live already: whatever becomes of the picture does it no harm.
    """
    picture = picture_of(request) or read_picture(received.body)
    if picture is None:
        return None
    # The same form sent twice is the same track, whose cover may have been changed since.
    return covers.take(request, track, picture, until=until, replace=False)


def _create(request: Request, received: Received) -> Track:
    lease = request.registry["cdpsfy.settings"]["upload_lease"]
    return create_track(request.db, request.track_service, request.identity, received, lease)


def _failure(error: Exception) -> tuple[HTTPStatus, str]:
    by_database = isinstance(error, SQLAlchemyError)
    reason = str(getattr(error, "orig", error))
    log.error("upload_failed", error=type(error).__name__, reason=reason, exc_info=by_database)
    if by_database:
        # A COMMIT may be among what failed; its form makes one track, however often it is sent.
        return HTTPStatus.SERVICE_UNAVAILABLE, _(
            "We cannot tell whether it was uploaded. Send it again from here: it will not be there "
            "twice."
        )
    if isinstance(error, Full):
        return HTTPStatus.INSUFFICIENT_STORAGE, _(
            "It was not uploaded: our storage is full. Only we can change that; we have been told."
        )
    if isinstance(error, Mistrusted):
        return HTTPStatus.INTERNAL_SERVER_ERROR, _(
            "It was not uploaded: something went wrong on our side; it has been written down."
        )
    return HTTPStatus.SERVICE_UNAVAILABLE, _(
        "It was not uploaded: our storage did not answer. Please try again."
    )
