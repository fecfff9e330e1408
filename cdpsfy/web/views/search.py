"""The page to search on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.paging import position_after
from cdpsfy.web.services.playlists import finding as playlists
from cdpsfy.web.services.playlists import listing
from cdpsfy.web.services.search import finding
from cdpsfy.web.services.search.terms import LONGEST_QUERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyramid.request import Request

_FEW = 6
"""Playlists beside what else was found; all of them have a page of their own."""


@view_config(
    route_name="search",
    request_method="GET",
    renderer="cdpsfy.web:templates/search.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def search(request: Request) -> dict[str, Any]:
    """Show what has the words that were asked for."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    after = position_after(request)
    page = finding.find(request.db, query, after=after)
    found = _playlists(request, query) if after is None else []
    mosaics = listing.mosaics(request.db, [row.id for row in found], request.identity)
    return {"query": query, "page": page, "playlists": found, "mosaics": mosaics}


def _playlists(request: Request, query: str) -> Sequence[Any]:
    return playlists.find(request.db, query, request.identity).playlists[:_FEW]
