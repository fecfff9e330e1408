"""What was heard: told by the player, shown to the person alone, cleared when they wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNoContent, HTTPSeeOther
from pyramid.view import view_config

from cdpsfy.web.paging import position_after
from cdpsfy.web.security import Permission
from cdpsfy.web.services import plays

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(route_name="track.plays", request_method="POST", permission=Permission.LIKE)
def note(request: Request) -> HTTPNoContent:
    """Note that a person heard a track, as their player says."""
    plays.note_play(request.db, request.identity, request.context.track)
    return HTTPNoContent()


@view_config(
    route_name="recent",
    request_method="GET",
    renderer="cdpsfy.web:templates/tracks/recent.jinja2",
    permission=Permission.BE_SOMEBODY,
)
def recent(request: Request) -> dict[str, Any]:
    """Show what a person heard, the last one first."""
    return {"page": plays.recent(request.db, request.identity, after=position_after(request))}


@view_config(route_name="recent", request_method="DELETE", permission=Permission.BE_SOMEBODY)
@view_config(
    route_name="recent",
    request_method="POST",
    request_param="_method=delete",
    permission=Permission.BE_SOMEBODY,
)
def clear(request: Request) -> HTTPSeeOther:
    """Forget what a person heard."""
    plays.clear(request.db, request.identity)
    request.notice("history-cleared")
    return HTTPSeeOther(request.route_path("recent"))
