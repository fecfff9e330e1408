"""What leads to tracks: names, the tracks of each, people, what is heard and liked most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.language import _
from cdpsfy.web.paging import position_after, row_after
from cdpsfy.web.services import accounts, catalogue, popularity
from cdpsfy.web.services.playlists import listing, playlists
from cdpsfy.web.services.search import albums, browsing

if TYPE_CHECKING:
    from pyramid.request import Request

_PUBLIC = NO_PERMISSION_REQUIRED
_KINDS = {"artists": "artist", "albums": "album", "genres": "genre", "years": "year"}
_HEADINGS = {
    "artists": _("Artists"),
    "albums": _("Albums"),
    "genres": _("Genres"),
    "years": _("Years"),
}
_LIST = "cdpsfy.web:templates/tracks/list.jinja2"


@view_config(
    route_name="names",
    request_method="GET",
    renderer="cdpsfy.web:templates/browse/names.jinja2",
    permission=_PUBLIC,
)
def names(request: Request) -> dict[str, Any]:
    """Show all artists, albums, genres or years."""
    shown = request.matchdict["kind"]
    page = browsing.names(request.db, _KINDS[shown], after=request.GET.get("after", ""))
    return {"kind": shown, "heading": request.translate(_HEADINGS[shown]), "page": page}


@view_config(
    route_name="browse",
    request_method="GET",
    renderer="cdpsfy.web:templates/browse/tracks.jinja2",
    permission=_PUBLIC,
)
def browse(request: Request) -> dict[str, Any]:
    """Show the tracks of one artist, genre or year."""
    kind, name = _KINDS[request.matchdict["kind"]], request.matchdict["name"]
    page = browsing.tracks_of(request.db, kind, name, after=row_after(request))
    if not page.tracks:
        raise HTTPNotFound
    return {"name": browsing.spelling(request.db, kind, page.tracks[0].id), "page": page}


@view_config(
    route_name="browse",
    match_param="kind=albums",
    request_method="GET",
    renderer="cdpsfy.web:templates/browse/album.jinja2",
    permission=_PUBLIC,
)
def album(request: Request) -> dict[str, Any]:
    """Show what is on one album."""
    name = request.matchdict["name"]
    page = albums.tracks_of(request.db, name, after=position_after(request))
    if not page.tracks:
        raise HTTPNotFound
    return {
        "name": browsing.spelling(request.db, "album", page.tracks[0].id),
        "page": page,
        "extent": albums.extent_of(request.db, name),
    }


@view_config(route_name="most_played", request_method="GET", renderer=_LIST, permission=_PUBLIC)
def most_played(request: Request) -> dict[str, Any]:
    """Show everyone's tracks, the one heard most often first."""
    page = popularity.most_played(request.db, after=position_after(request))
    return {"heading": request.translate(_("Most played")), "page": page}


@view_config(route_name="most_liked", request_method="GET", renderer=_LIST, permission=_PUBLIC)
def most_liked(request: Request) -> dict[str, Any]:
    """Show everyone's tracks, the one liked by most first."""
    page = popularity.most_liked(request.db, after=position_after(request))
    return {"heading": request.translate(_("Most liked")), "page": page}


@view_config(
    route_name="people",
    request_method="GET",
    renderer="cdpsfy.web:templates/browse/people.jinja2",
    permission=_PUBLIC,
)
def people(request: Request) -> dict[str, Any]:
    """Show who uploaded something."""
    return {"page": browsing.people(request.db, after=request.GET.get("after", ""))}


@view_config(
    route_name="person",
    request_method="GET",
    renderer="cdpsfy.web:templates/browse/person.jinja2",
    permission=_PUBLIC,
)
def person(request: Request) -> dict[str, Any]:
    """Show a person, with what they uploaded."""
    found = accounts.find(request.db, request.matchdict["name"])
    if found is None:
        raise HTTPNotFound
    me = request.identity
    shared = playlists.public_of(request.db, found)
    return {
        "person": found,
        "page": catalogue.of_owner(request.db, found, seen_by=me, after=row_after(request)),
        "tracks": catalogue.count_of_owner(request.db, found, seen_by=me),
        "playlists": shared,
        "mosaics": listing.mosaics(request.db, [row.id for row in shared.playlists], me),
    }
