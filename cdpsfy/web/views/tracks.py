"""The catalogue's pages: lists, one track, its details, deleting and bringing back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web import moments
from cdpsfy.web.forms import TrackForm
from cdpsfy.web.hearts import liked_among
from cdpsfy.web.language import _
from cdpsfy.web.paging import row_after
from cdpsfy.web.security import Permission
from cdpsfy.web.services import catalogue, deletion, plays, popularity
from cdpsfy.web.views.player import peaks_address

if TYPE_CHECKING:
    from pyramid.request import Request

_PUBLIC = NO_PERMISSION_REQUIRED


@view_config(
    route_name="home",
    request_method="GET",
    renderer="cdpsfy.web:templates/home.jinja2",
    permission=_PUBLIC,
)
def home(request: Request) -> dict[str, Any]:
    """Welcome people, with the beginning of each list."""
    db, person = request.db, request.identity
    return {
        "newest": catalogue.newest(db).tracks,
        "most_played": popularity.most_played(db).tracks,
        "most_liked": popularity.most_liked(db).tracks,
        "recent": plays.recent(db, person).tracks if person else [],
    }


@view_config(
    route_name="tracks",
    request_method="GET",
    renderer="cdpsfy.web:templates/tracks/list.jinja2",
    permission=_PUBLIC,
)
def newest(request: Request) -> dict[str, Any]:
    """Show everyone's tracks, newest first."""
    page = catalogue.newest(request.db, after=row_after(request))
    return {"heading": request.translate(_("Newest")), "page": page}


@view_config(
    route_name="tracks.mine",
    request_method="GET",
    renderer="cdpsfy.web:templates/tracks/mine.jinja2",
    permission=Permission.BE_SOMEBODY,
)
def mine(request: Request) -> dict[str, Any]:
    """Show a person's own tracks, and the deleted ones that can be brought back."""
    me = request.identity
    page = catalogue.of_owner(request.db, me, seen_by=me, after=row_after(request))
    return {"page": page, "deleted": catalogue.deleted(request.db, me)}


@view_config(
    route_name="track",
    request_method="GET",
    renderer="cdpsfy.web:templates/tracks/show.jinja2",
    permission=Permission.LISTEN,
)
def show(request: Request) -> dict[str, Any]:
    """Show one track and let it be heard, from a moment on if the link names one."""
    track = request.context.track
    start = moments.parse(request.GET.get("t", "")) or 0
    return {
        "track": track,
        "audio": request.track_service.play_address(track.key),
        "start": start if start < (track.seconds or math.inf) else 0,
        "peaks": peaks_address(request),
        "counts": popularity.counts_of(request.db, track),
        "liked": liked_among(request, [track.id]),
    }


@view_config(
    route_name="track.edit",
    request_method=("GET", "POST"),
    renderer="cdpsfy.web:templates/tracks/edit.jinja2",
    permission=Permission.EDIT,
)
def edit(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Let the owner change a track's details."""
    track = request.context.track
    form = TrackForm(request, track)
    if request.method == "POST" and form.validate():
        catalogue.edit(request.db, track, form.data)
        request.notice("saved")
        return HTTPSeeOther(request.route_path("track", track=track.public_id))
    if form.errors:
        request.response.status = 422
    return {"track": track, "form": form}


@view_config(route_name="track", request_method="DELETE", permission=Permission.DELETE)
@view_config(
    route_name="track",
    request_method="POST",
    request_param="_method=delete",
    permission=Permission.DELETE,
)
def delete(request: Request) -> HTTPSeeOther:
    """Delete a track; its owner may bring it back for a while."""
    grace_period = request.registry["cdpsfy.settings"]["grace_period"]
    deletion.delete_track(request.db, request.context.track, grace_period)
    request.notice("deleted")
    return HTTPSeeOther(request.route_path("tracks"))


@view_config(route_name="track.restore", request_method="POST", permission=Permission.DELETE)
def restore(request: Request) -> HTTPSeeOther:
    """Bring a deleted track back."""
    back = deletion.restore_track(request.db, request.context.track)
    request.notice("restored" if back else "too-late")
    return HTTPSeeOther(request.route_path("tracks.mine"))
