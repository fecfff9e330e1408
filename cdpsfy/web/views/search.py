"""Finding music: by words, by what tracks have in common, by who uploaded them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.paging import position_after, row_after
from cdpsfy.web.services import accounts, catalogue
from cdpsfy.web.services.search import finding
from cdpsfy.web.services.search.terms import LONGEST_QUERY

if TYPE_CHECKING:
    from pyramid.request import Request

_PUBLIC = NO_PERMISSION_REQUIRED
_FIELDS = {"artists": "artist", "albums": "album", "genres": "genre", "years": "year"}


@view_config(
    route_name="search",
    request_method="GET",
    renderer="cdpsfy.web:templates/search.jinja2",
    permission=_PUBLIC,
)
def search(request: Request) -> dict[str, Any]:
    """Show what has the words that were asked for."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    return {"query": query, "page": finding.find(request.db, query, after=position_after(request))}


@view_config(
    route_name="browse",
    request_method="GET",
    renderer="cdpsfy.web:templates/browse.jinja2",
    permission=_PUBLIC,
)
def browse(request: Request) -> dict[str, Any]:
    """Show the tracks of one artist, album, genre or year."""
    field, name = _FIELDS[request.matchdict["kind"]], request.matchdict["name"]
    page = finding.having(request.db, field, name, after=position_after(request))
    if not page.tracks:
        raise HTTPNotFound
    return {"name": finding.spelling(request.db, field, page.tracks[0].id), "page": page}


@view_config(
    route_name="person",
    request_method="GET",
    renderer="cdpsfy.web:templates/person.jinja2",
    permission=_PUBLIC,
)
def person(request: Request) -> dict[str, Any]:
    """Show a person, with what they uploaded."""
    found = accounts.find(request.db, request.matchdict["name"])
    if found is None:
        raise HTTPNotFound
    page = catalogue.newest(request.db, owner=found, after=row_after(request))
    return {"person": found, "page": page}
