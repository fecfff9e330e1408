"""The player's bar, which is on every page and the same for all who read a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from pyramid_jinja2 import IJinja2Environment

if TYPE_CHECKING:
    from pyramid.request import Request

_BARS = "cdpsfy.player_bars"


def player_bar(request: Request) -> Markup:
    """Return the bar's HTML; rendered once, as it would be a third of the time of each page."""
    bars: dict[tuple[str, str], Markup] = request.registry.setdefault(_BARS, {})
    key = (request.locale_name, request.script_name)
    if key not in bars:
        pages = request.registry.getUtility(IJinja2Environment, name=".jinja2")
        html = pages.get_template("player.jinja2").render(request=request)
        bars[key] = Markup(html)  # noqa: S704 - of our own template
    return bars[key]
