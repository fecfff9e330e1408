"""Errors as pages that a person understands, or as problem+json for a program."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from pyramid.exceptions import BadCSRFToken, URLDecodeError
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPNotFound, HTTPSeeOther
from pyramid.renderers import render_to_response
from pyramid.response import Response
from pyramid.view import exception_view_config, forbidden_view_config, notfound_view_config
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cdpsfy.methods import allowed_methods
from cdpsfy.outages import OutcomeUnknown, will_pass
from cdpsfy.web.db import SAFE_METHODS
from cdpsfy.web.language import _
from cdpsfy.web.resources import TrackResource

if TYPE_CHECKING:
    from pyramid.request import Request

log = structlog.get_logger(__name__)

_TEXTS = {
    400: _("Your browser sent something that we cannot read."),
    403: _("This is not yours to change."),
    404: _("There is nothing at this address. Perhaps it was deleted."),
    405: _("This address cannot do that."),
    413: _("That is too much at once."),
    503: _("Something we need does not answer just now. Please try again in a moment."),
}
_HEADINGS = {
    400: _("That did not arrive well"),
    403: _("Not yours"),
    404: _("Nothing here"),
    405: _("Not like that"),
    413: _("Too much"),
    500: _("Our fault"),
    503: _("One moment, please"),
}
_OURS = _("Something went wrong on our side; it has been written down.")
_NOT_DONE = _(
    "Our database does not answer just now. Nothing was changed; please try again in a moment."
)
_PERHAPS_DONE = _(
    "Our database did not answer, so we cannot tell whether this was done. Please look before you "
    "try again."
)
_OLD_FORM = _("This form is too old. Go back, reload the page, and send it again.")


@notfound_view_config()
def not_found(_error: HTTPNotFound, request: Request) -> Response:
    """Tell a wrong method from a wrong address."""
    methods = allowed_methods(request)
    if not methods or request.method in methods:
        return answer(request, HTTPStatus.NOT_FOUND)
    response = answer(request, HTTPStatus.METHOD_NOT_ALLOWED)
    response.headers["Allow"] = ", ".join(methods)
    return response


@forbidden_view_config()
def forbidden(_error: HTTPForbidden, request: Request) -> Response:
    """Send who is not logged in to the log-in page, and back afterwards."""
    if request.identity is not None:
        return answer(request, HTTPStatus.FORBIDDEN)
    if not _wants_page(request):
        return answer(request, HTTPStatus.UNAUTHORIZED, _("Please log in first."))
    return HTTPSeeOther(request.route_path("login", _query=_way_back(request)))


def _way_back(request: Request) -> dict[str, str]:
    if isinstance(request.context, TrackResource):
        return {"next": "track", "track": request.context.track.public_id}
    return {"next": request.matched_route.name} if request.method == "GET" else {}


@exception_view_config(BadCSRFToken)
def old_form(_error: BadCSRFToken, request: Request) -> Response:
    """Say what to do about a form whose token is not, or no longer, right."""
    return answer(request, HTTPStatus.BAD_REQUEST, _OLD_FORM)


@exception_view_config(HTTPException)
def answered(error: HTTPException, request: Request) -> Response:
    """Give an HTTP error its page; redirections pass."""
    if error.status_int < HTTPStatus.BAD_REQUEST:
        return error
    return answer(request, error.status_int)


@exception_view_config(URLDecodeError)
@exception_view_config(UnicodeDecodeError)
def undecodable(_error: UnicodeDecodeError, request: Request) -> Response:
    """Refuse an address that is not UTF-8."""
    return answer(request, HTTPStatus.BAD_REQUEST)


@exception_view_config(OperationalError)
@exception_view_config(InterfaceError)
@exception_view_config(PoolTimeout)
@exception_view_config(OutcomeUnknown)
def database_away(error: SQLAlchemyError, request: Request) -> Response:
    """Say that it will pass, and what became of what was to be changed."""
    log.error("database_failed", error=str(getattr(error, "orig", error)))
    text = None
    if request.method not in SAFE_METHODS:
        text = _PERHAPS_DONE if isinstance(error, OutcomeUnknown) else _NOT_DONE
    response = answer(request, HTTPStatus.SERVICE_UNAVAILABLE, text)
    response.headers["Retry-After"] = "5"
    return response


@exception_view_config(Exception)
def unexpected(error: Exception, request: Request) -> Response:
    """Write down what nobody thought of; drivers call a standby's refusal to write that, too."""
    if will_pass(error):
        return database_away(error, request)
    log.error("unexpected_error", exc_info=error)
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _OURS)


def answer(request: Request, status: int, text: Any = None) -> Response:  # noqa: ANN401
    """Return the page of an error, or what a program reads; the text is to be translated."""
    text = text or _TEXTS.get(status, _TEXTS[400])
    detail = request.translate(text)
    if not _wants_page(request):
        body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
        return Response(
            json.dumps(body).encode(), status=status, content_type="application/problem+json"
        )
    heading = request.translate(_HEADINGS.get(status, _HEADINGS[400]))
    values = {"status": status, "heading": heading, "detail": detail}
    response = render_to_response("cdpsfy.web:templates/error.jinja2", values, request=request)
    response.status = status
    return response


def _wants_page(request: Request) -> bool:
    best = request.accept.acceptable_offers(["text/html", "application/json"])
    return not best or best[0][0] == "text/html"
