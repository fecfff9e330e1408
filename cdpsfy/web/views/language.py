"""The language switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPBadRequest, HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.language import LANGUAGES, choose
from cdpsfy.web.returning import page_before

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(route_name="language", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def switch(request: Request) -> HTTPSeeOther:
    """Remember the language and go back to the page it was asked for on."""
    language = request.POST.get("language")
    if language not in LANGUAGES:
        raise HTTPBadRequest(f"known languages: {', '.join(LANGUAGES)}")
    response = HTTPSeeOther(page_before(request))
    choose(response, language, secure=request.registry["cdpsfy.settings"]["https"])
    return response
