"""The cover of one track: as a picture, changed, removed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from cdpsfy.pictures.art import Art
from cdpsfy.web.covers import COMPLAINTS, take
from cdpsfy.web.forms import TrackForm
from cdpsfy.web.reception import picture_of, turn
from cdpsfy.web.security import Permission
from cdpsfy.web.services.covers import remove_cover
from cdpsfy.web.services.uploads import PATIENCE

if TYPE_CHECKING:
    from pyramid.request import Request

_KEPT = "private, max-age=300"
"""For five minutes somebody may see the cover of before."""


@view_config(route_name="track.cover", request_method="GET", permission=Permission.LISTEN)
def show(request: Request) -> Any:  # noqa: ANN401 - a redirection or a picture
    """Lead to the large cover, or send what is drawn instead: for whoever needs a picture file."""
    track = request.context.track
    if track.cover is not None:
        address = request.track_service.cover_address(track.cover.large)
        return HTTPFound(address, cache_control=_KEPT)
    picture = Art.of(track.public_id).jpeg()
    return Response(picture, content_type="image/jpeg", charset=None, cache_control=_KEPT)


@view_config(
    route_name="track.cover",
    request_method="POST",
    renderer="cdpsfy.web:templates/tracks/edit.jinja2",
    permission=Permission.EDIT,
)
def change(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Take the form's picture for a cover; if that fails, say why beside the form."""
    track, picture = request.context.track, picture_of(request)
    with turn(request):
        until = time.monotonic() + PATIENCE
        complaint = take(request, track, picture, until=until) if picture else "none"
    if complaint is None:
        request.notice("cover-changed")
        return HTTPSeeOther(request.route_path("track", track=track.public_id))
    text, request.response.status_int = COMPLAINTS[complaint]
    form = TrackForm(request, track)
    return {"track": track, "form": form, "cover_complaints": [request.translate(text)]}


@view_config(route_name="track.cover", request_method="DELETE", permission=Permission.EDIT)
@view_config(
    route_name="track.cover",
    request_method="POST",
    request_param="_method=delete",
    permission=Permission.EDIT,
)
def remove(request: Request) -> HTTPSeeOther:
    """Take the cover away; the track shows what is drawn for it again."""
    remove_cover(request.db, request.context.track)
    request.notice("cover-removed")
    return HTTPSeeOther(request.route_path("track", track=request.context.track.public_id))
