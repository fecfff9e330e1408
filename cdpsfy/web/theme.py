"""Light or dark: what the person chose, or else (None) what the browser's setting says.

It is a cookie, so that the first byte of a page has the right colours, and nothing flashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.web.language import _

if TYPE_CHECKING:
    from pyramid.request import Request
    from pyramid.response import Response

SYSTEM = "system"
THEMES = {SYSTEM: _("As the system"), "light": _("Light"), "dark": _("Dark")}
_COOKIE = "theme"
_YEAR = 365 * 86400


def chosen(request: Request) -> str | None:
    """Return `light`, `dark`, or None: as the system."""
    theme = request.cookies.get(_COOKIE)
    return theme if theme in THEMES and theme != SYSTEM else None


def choose(response: Response, theme: str, *, secure: bool) -> None:
    """Remember a person's choice for a year."""
    response.set_cookie(_COOKIE, theme, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
