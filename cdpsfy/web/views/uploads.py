"""The upload page and what it sends."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import exception_view_config, view_config

from cdpsfy.models import Visibility
from cdpsfy.web.language import _
from cdpsfy.web.notices import without_cover
from cdpsfy.web.reception import Busy, Outcome, receive
from cdpsfy.web.security import Permission
from cdpsfy.web.services.uploads import new_form

if TYPE_CHECKING:
    from pyramid.request import Request

_PAGE = "tracks/new.jinja2"


@view_config(
    route_name="track.new", request_method="GET", renderer=_PAGE, permission=Permission.UPLOAD
)
def new(request: Request) -> dict[str, Any]:
    """Show the form."""
    return _form(request, new_form(), [])


@view_config(
    route_name="tracks",
    request_method="POST",
    renderer=_PAGE,
    permission=Permission.UPLOAD,
    accept="text/html",
)
def create(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Take the files of the form; without one that failed, show what was made."""
    outcomes = receive(request)
    failed = [outcome for outcome in outcomes if outcome.track is None]
    if outcomes and not failed:
        bare = next((outcome.bare for outcome in outcomes if outcome.bare), "")
        request.notice("uploaded-bare" if bare else "uploaded", bare)
        return HTTPSeeOther(_place_of(request, outcomes))
    request.response.status = failed[0].status if failed else HTTPStatus.UNPROCESSABLE_ENTITY
    complaint = request.translate(_("Choose a file first."))
    complaints = [(outcome.file_name, outcome.complaint) for outcome in failed]
    return _form(request, request.POST.get("form", ""), complaints or [("", complaint)])


@view_config(
    route_name="tracks",
    request_method="POST",
    renderer="json",
    permission=Permission.UPLOAD,
    accept="application/json",
)
def create_for_script(request: Request) -> dict[str, Any]:
    """Do the same for the page's script, which sends one file at a time."""
    outcomes = receive(request)
    if not outcomes:
        request.response.status = HTTPStatus.UNPROCESSABLE_ENTITY
        return {"detail": request.translate(_("Choose a file first."))}
    request.response.status = outcomes[0].status
    if outcomes[0].track is None:
        return {"detail": outcomes[0].complaint}
    bare = outcomes[0].bare
    return {
        "title": outcomes[0].track.title,
        "url": _place_of(request, outcomes),
        "notice": bare and without_cover(request, bare),
    }


@exception_view_config(Busy, renderer=_PAGE, accept="text/html")
def busy(_error: Busy, request: Request) -> dict[str, Any]:
    """Say that it is too much just now."""
    request.response.status = HTTPStatus.SERVICE_UNAVAILABLE
    request.response.headers["Retry-After"] = "5"
    complaint = request.translate(_("Too many uploads just now. Please try again in a moment."))
    return _form(request, request.POST.get("form", ""), [("", complaint)])


@exception_view_config(Busy, renderer="json", accept="application/json")
def busy_for_script(error: Busy, request: Request) -> dict[str, str]:
    """Say the same to the page's script."""
    return {"detail": busy(error, request)["complaints"][0][1]}


def _form(request: Request, form: object, complaints: list[tuple[str, str]]) -> dict[str, Any]:
    limit = request.registry["cdpsfy.settings"]["upload_limit"]
    visibility = request.POST.get("visibility", Visibility.PUBLIC)
    return {"form": form, "complaints": complaints, "limit": limit, "visibility": visibility}


def _place_of(request: Request, outcomes: list[Outcome]) -> str:
    (first, *others) = [outcome.track for outcome in outcomes if outcome.track is not None]
    if others:
        return str(request.route_path("tracks.mine"))
    return str(request.route_path("track", track=first.public_id))
