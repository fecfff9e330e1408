"""The switch between light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPBadRequest, HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.returning import page_before
from cdpsfy.web.theme import THEMES, choose

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(route_name="theme", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def switch(request: Request) -> HTTPSeeOther:
    """Remember the theme and go back to the page it was asked for on."""
    theme = request.POST.get("theme")
    if theme not in THEMES:
        raise HTTPBadRequest(f"known themes: {', '.join(THEMES)}")
    response = HTTPSeeOther(page_before(request))
    choose(response, theme, secure=request.registry["cdpsfy.settings"]["https"])
    return response
