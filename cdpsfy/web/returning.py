"""Back to the page that a form was sent from, for forms that are on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pyramid.request import Request


def page_before(request: Request) -> str:
    """Return the path and query of the page that was left; the first page if it is not ours."""
    try:
        before = urlsplit(request.referer or "")
    except ValueError:  # it is no address
        return str(request.route_path("home"))
    if before.netloc != request.host or not before.path.startswith("/") or "//" in before.path:
        return str(request.route_path("home"))
    return f"{before.path}?{before.query}" if before.query else before.path
