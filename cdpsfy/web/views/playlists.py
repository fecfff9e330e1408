"""The pages of playlists: lists, one of them, making, changing, deleting, bringing back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.adding import track_ids
from cdpsfy.web.forms import PlaylistForm
from cdpsfy.web.language import _
from cdpsfy.web.paging import position_after, row_after
from cdpsfy.web.security import Permission
from cdpsfy.web.services.playlists import entries, finding, listing, playlists
from cdpsfy.web.services.search.terms import LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyramid.request import Request

_FEW = 6
"""Of one's own, above those of everybody."""


@view_config(
    route_name="playlists",
    request_method="GET",
    renderer="cdpsfy.web:templates/playlists/list.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def newest(request: Request) -> dict[str, Any]:
    """Show everyone's public playlists, newest first, with some of one's own before them."""
    after, me = row_after(request), request.identity
    page = playlists.newest(request.db, after=after)
    mine = playlists.of_person(request.db, me).playlists[:_FEW] if me and not after else []
    return {"page": page, "mine": mine, "mosaics": _mosaics(request, [*mine, *page.playlists])}


@view_config(
    route_name="playlists",
    request_method="GET",
    request_param="q",
    renderer="cdpsfy.web:templates/playlists/found.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def found(request: Request) -> dict[str, Any]:
    """Show the playlists that have the words that were asked for."""
    query = request.GET["q"].strip()[:LONGEST_QUERY]
    page = finding.find(request.db, query, request.identity, after=position_after(request))
    return {"query": query, "page": page, "mosaics": _mosaics(request, page.playlists)}


@view_config(
    route_name="playlists.mine",
    request_method="GET",
    renderer="cdpsfy.web:templates/playlists/mine.jinja2",
    permission=Permission.BE_SOMEBODY,
)
def mine(request: Request) -> dict[str, Any]:
    """Show what a person has and what is shared with them, and what can be brought back."""
    page = playlists.of_person(request.db, request.identity, after=row_after(request))
    deleted = playlists.deleted(request.db, request.identity)
    return {"page": page, "deleted": deleted, "mosaics": _mosaics(request, page.playlists)}


@view_config(
    route_name="playlist.new",
    request_method=("GET", "POST"),
    renderer="cdpsfy.web:templates/playlists/new.jinja2",
    permission=Permission.BE_SOMEBODY,
    accept="text/html",
)
def new(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Make a playlist, of some tracks if the form brings them."""
    form = PlaylistForm(request)
    if request.method == "POST" and form.validate():
        playlist = _create(request, form)
        request.notice("playlist-made")
        return HTTPSeeOther(request.route_path("playlist", playlist=playlist.public_id))
    if form.errors:
        request.response.status = HTTPStatus.UNPROCESSABLE_ENTITY
    return {"form": form, "tracks": request.POST.get("tracks", "")}


@view_config(
    route_name="playlist.new",
    request_method="POST",
    renderer="json",
    permission=Permission.BE_SOMEBODY,
    accept="application/json",
)
def new_for_script(request: Request) -> dict[str, Any]:
    """Do the same for a dialog."""
    form = PlaylistForm(request)
    if not form.validate():
        request.response.status = HTTPStatus.UNPROCESSABLE_ENTITY
        return {"detail": " ".join(form.complaints())}
    playlist = _create(request, form)
    notice = request.translate(_("Your playlist is made: ${name}"), name=playlist.name)
    url = request.route_path("playlist", playlist=playlist.public_id)
    return {"notice": notice, "url": url}


@view_config(
    route_name="playlist",
    request_method="GET",
    renderer="cdpsfy.web:templates/playlists/show.jinja2",
    permission=Permission.SEE,
)
def show(request: Request) -> dict[str, Any]:
    """Show one playlist, and what is in it."""
    seen = request.context.seen
    page = listing.page(request.db, seen, after=row_after(request))
    extent = listing.extent(request.db, seen)
    mosaic = listing.mosaic(request.db, seen)
    return {
        "seen": seen,
        "playlist": seen.playlist,
        "page": page,
        "extent": extent,
        "mosaic": mosaic,
    }


@view_config(
    route_name="playlist.edit",
    request_method=("GET", "POST"),
    renderer="cdpsfy.web:templates/playlists/edit.jinja2",
    permission=Permission.OWN,
)
def edit(request: Request) -> Any:  # noqa: ANN401 - a page's values or a redirection
    """Let the owner change a playlist's name, description and visibility."""
    playlist = request.context.playlist
    form = PlaylistForm(request, playlist)
    if request.method == "POST" and form.validate():
        playlists.edit(request.db, playlist, form.data)
        request.notice("saved")
        return HTTPSeeOther(request.route_path("playlist", playlist=playlist.public_id))
    if form.errors:
        request.response.status = HTTPStatus.UNPROCESSABLE_ENTITY
    return {"playlist": playlist, "form": form}


@view_config(route_name="playlist", request_method="DELETE", permission=Permission.OWN)
@view_config(
    route_name="playlist",
    request_method="POST",
    request_param="_method=delete",
    permission=Permission.OWN,
)
def delete(request: Request) -> HTTPSeeOther:
    """Delete a playlist; its owner may bring it back for a while."""
    playlists.delete(request.db, request.context.playlist)
    request.notice("playlist-deleted")
    return HTTPSeeOther(request.route_path("playlists.mine"))


@view_config(
    route_name="playlist.restore", request_method="POST", permission=Permission.BE_SOMEBODY
)
def restore(request: Request) -> HTTPSeeOther:
    """Bring one of one's own deleted playlists back."""
    if not playlists.restore(request.db, request.identity, request.matchdict["playlist"]):
        raise HTTPNotFound
    request.notice("restored")
    return HTTPSeeOther(request.route_path("playlists.mine"))


def _create(request: Request, form: PlaylistForm) -> Any:  # noqa: ANN401 - a Playlist
    playlist = playlists.create(request.db, request.identity, form.data)
    if tracks := track_ids(request):
        entries.add(request.db, playlist, request.identity, tracks)
    return playlist


def _mosaics(request: Request, rows: Iterable[Any]) -> dict[int, list[listing.Tile]]:
    return listing.mosaics(request.db, {row.id for row in rows}, request.identity)
