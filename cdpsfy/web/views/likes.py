"""Liking tracks, and the page of what one likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from cdpsfy.web.paging import row_after
from cdpsfy.web.returning import page_before
from cdpsfy.web.security import Permission
from cdpsfy.web.services import likes, popularity

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.request import Request
    from sqlalchemy.orm import Session

    from cdpsfy.models import Track, User

_WANTED = {"route_name": "track.like", "permission": Permission.LIKE}
_BY_FORM = {**_WANTED, "accept": "text/html"}
_BY_SCRIPT = {**_WANTED, "accept": "application/json", "renderer": "json"}


@view_config(
    route_name="liked",
    request_method="GET",
    renderer="cdpsfy.web:templates/tracks/liked.jinja2",
    permission=Permission.BE_SOMEBODY,
)
def liked(request: Request) -> dict[str, Any]:
    """Show what a person likes, newest first."""
    return {"page": likes.liked(request.db, request.identity, after=row_after(request))}


@view_config(request_method="POST", **_BY_FORM)
def like(request: Request) -> HTTPSeeOther:
    """Like a track, and go back to where its heart was."""
    _change(request, likes.like)
    return HTTPSeeOther(page_before(request))


@view_config(request_method="DELETE", **_BY_FORM)
@view_config(request_method="POST", request_param="_method=delete", **_BY_FORM)
def unlike(request: Request) -> HTTPSeeOther:
    """Take it back, and go back to where its heart was."""
    _change(request, likes.unlike)
    return HTTPSeeOther(page_before(request))


@view_config(request_method="POST", **_BY_SCRIPT)
def like_by_script(request: Request) -> dict[str, Any]:
    """Like a track, and say by how many it is liked now."""
    return _change(request, likes.like)


@view_config(request_method="DELETE", **_BY_SCRIPT)
def unlike_by_script(request: Request) -> dict[str, Any]:
    """Take it back, and say the same."""
    return _change(request, likes.unlike)


def _change(request: Request, change: Callable[[Session, User, Track], None]) -> dict[str, Any]:
    track = request.context.track
    change(request.db, request.identity, track)
    request.db.flush()
    return {
        "liked": likes.likes(request.db, request.identity, track),
        "likes": popularity.counts_of(request.db, track).likes,
    }
