"""Sharing a playlist: inviting people, and letting them leave."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from cdpsfy.models import Role
from cdpsfy.web.forms import InvitationForm
from cdpsfy.web.language import _
from cdpsfy.web.security import Permission
from cdpsfy.web.services import accounts
from cdpsfy.web.services.playlists import members

if TYPE_CHECKING:
    from pyramid.request import Request

_PAGE = "cdpsfy.web:templates/playlists/members.jinja2"


@view_config(
    route_name="playlist.members", request_method="GET", renderer=_PAGE, permission=Permission.OWN
)
def show(request: Request) -> dict[str, Any]:
    """Show who shares a playlist, and let its owner invite others."""
    return _page(request, InvitationForm(request), [])


@view_config(
    route_name="playlist.members", request_method="POST", renderer=_PAGE, permission=Permission.OWN
)
def invite(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Invite somebody, or give a member another role."""
    form = InvitationForm(request)
    if not form.validate():
        return _page(request, form, form.complaints())
    complaint = _invite(request, form.data["person"], Role(form.data["role"]))
    if complaint:
        return _page(request, form, [request.translate(complaint)])
    request.notice("invited")
    return HTTPSeeOther(request.current_route_path())


@view_config(
    route_name="playlist.members",
    request_method="POST",
    request_param="_method=delete",
    permission=Permission.OWN,
)
def remove(request: Request) -> HTTPSeeOther:
    """Share a playlist with somebody no more."""
    person = accounts.find(request.db, str(request.POST.get("person", "")))
    if person is not None:
        members.remove(request.db, request.context.playlist, person)
    request.notice("uninvited")
    return HTTPSeeOther(request.current_route_path())


@view_config(route_name="playlist.leave", request_method="POST", permission=Permission.LEAVE)
def leave(request: Request) -> HTTPSeeOther:
    """Share a playlist no more, by a member's own wish."""
    members.remove(request.db, request.context.playlist, request.identity)
    request.notice("playlist-left")
    return HTTPSeeOther(request.route_path("playlists.mine"))


def _invite(request: Request, name: str, role: Role) -> str | None:
    """Return why not, if not."""
    person = accounts.find(request.db, name)
    if person is None:
        return str(_("Nobody has this name."))
    try:
        members.invite(request.db, request.context.playlist, person, role)
    except members.IsOwner:
        return str(_("It is yours already."))
    except members.TooMany:
        return str(_("A playlist is shared with 200 people at most."))
    return None


def _page(request: Request, form: InvitationForm, complaints: list[str]) -> dict[str, Any]:
    if complaints:
        request.response.status = HTTPStatus.UNPROCESSABLE_ENTITY
    playlist = request.context.playlist
    shared = members.members(request.db, playlist)
    return {"playlist": playlist, "members": shared, "form": form, "complaints": complaints}
