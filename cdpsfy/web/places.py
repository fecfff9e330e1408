"""Where an answer leads to: pages of our own, never an address that somebody made up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pyramid.request import Request


def page_before(request: Request) -> str:
    """Return the page of this site that a form was sent from; the first one, if none is named."""
    before = urlsplit(request.referer or "")
    if before.netloc != request.host or not before.path.startswith("/") or "//" in before.path:
        return str(request.route_path("home"))
    return f"{before.path}?{before.query}" if before.query else before.path
