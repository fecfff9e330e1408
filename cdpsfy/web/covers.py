"""Covers as the site speaks of them: where they are, and why a picture did not become one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cdpsfy.pictures.reasons import NotACover, Reason
from cdpsfy.web.language import _
from cdpsfy.web.services import covers
from cdpsfy.web.services.sending import TooLate
from cdpsfy.web.track_service import Full, Mistrusted, Refused, Unreachable

if TYPE_CHECKING:
    from pyramid.request import Request

    from cdpsfy.models import Cover, Track
    from cdpsfy.web.track_service import TrackService

log = structlog.get_logger(__name__)


class Complaint(NamedTuple):
    """Why there is no cover, for a person."""

    text: str
    status: HTTPStatus


COMPLAINTS = {
    Reason.NO_PICTURE: Complaint(
        _("This is no picture of a kind that we show. Choose a JPEG, a PNG or a WebP."),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ),
    Reason.TOO_LONG: Complaint(
        _("The picture is longer than 10 MB."), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ),
    Reason.TOO_LARGE: Complaint(
        _("The picture has more than 25 million pixels. Choose a smaller one."),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
    Reason.DAMAGED: Complaint(
        _("The picture is damaged or cut short."), HTTPStatus.UNPROCESSABLE_ENTITY
    ),
    Reason.TOO_HEAVY: Complaint(
        _("The picture takes too much time or memory to be read. Choose a simpler one."),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
    Reason.BUSY: Complaint(
        _("Too many pictures are being read just now. Please try again in a moment."),
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    "none": Complaint(_("Choose a picture first."), HTTPStatus.UNPROCESSABLE_ENTITY),
    "deleted": Complaint(_("This track is deleted; only you see it."), HTTPStatus.CONFLICT),
    "storage": Complaint(
        _("Our storage did not answer. Please send the picture again."),
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    "full": Complaint(
        _("Our storage is full. Only we can change that; we have been told."),
        HTTPStatus.INSUFFICIENT_STORAGE,
    ),
    "ours": Complaint(
        _("Something went wrong on our side; it has been written down."),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    ),
    "database": Complaint(
        _("We cannot tell whether the picture was taken. Look, and send it again if it was not."),
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
}
"""By the names that `take` gives them."""
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (covers.TrackDeleted, "deleted"),
    (Full, "full"),
    (Mistrusted, "ours"),
    (Refused, "ours"),
    (Unreachable, "storage"),
    (TooLate, "storage"),
    (SQLAlchemyError, "database"),
)


def take(
    request: Request, track: Track, picture: bytes, *, until: float, replace: bool = True
) -> str | None:
    """Make a picture the cover of a track; return the name of the complaint when that failed.

    until and replace are as in `covers.set_cover`.
    """
    lease = request.registry["cdpsfy.settings"]["upload_lease"]
    service = request.track_service
    try:
        covers.set_cover(request.db, service, track, picture, lease, until=until, replace=replace)
    except NotACover as refusal:
        return refusal.reason
    except tuple(kind for kind, _ in _FAILURES) as error:
        name = next(name for kind, name in _FAILURES if isinstance(error, kind))
        log.warning("cover_failed", error=type(error).__name__, reason=str(error))
        return name
    return None


def addresses(service: TrackService, cover: Cover | None) -> dict[str, str] | None:
    """Return where a browser finds a cover, by its sizes."""
    if cover is None:
        return None
    return {size: service.cover_address(getattr(cover, size)) for size in covers.SIZES}
