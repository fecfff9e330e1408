"""The language switch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyramid.httpexceptions import HTTPBadRequest, HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.language import LANGUAGES, choose

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(route_name="language", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def switch(request: Request) -> HTTPSeeOther:
    """Remember the language and go back to the page it was asked for on."""
    language = request.POST.get("language")
    if language not in LANGUAGES:
        raise HTTPBadRequest(f"known languages: {', '.join(LANGUAGES)}")
    response = HTTPSeeOther(_page_before(request))
    choose(response, language, secure=request.registry["cdpsfy.settings"]["https"])
    return response


def _page_before(request: Request) -> str:
    before = urlsplit(request.referer or "")
    if before.netloc != request.host or not before.path.startswith("/") or "//" in before.path:
        return str(request.route_path("home"))
    return before.path
