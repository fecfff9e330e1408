"""The page to search on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.paging import position_after
from cdpsfy.web.services.search import finding
from cdpsfy.web.services.search.terms import LONGEST_QUERY

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(
    route_name="search",
    request_method="GET",
    renderer="cdpsfy.web:templates/search.jinja2",
    permission=NO_PERMISSION_REQUIRED,
)
def search(request: Request) -> dict[str, Any]:
    """Show what has the words that were asked for."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    return {"query": query, "page": finding.find(request.db, query, after=position_after(request))}
