"""`?after=`: where a page of a list begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyramid.httpexceptions import HTTPNotFound

from cdpsfy.web.services.position import Position

if TYPE_CHECKING:
    from pyramid.request import Request

_LONGEST_ID = 18


def row_after(request: Request) -> int | None:
    """Return the row that a list goes on after; None at its beginning.

    Raises:
        HTTPNotFound: there cannot be such a row.
    """
    after = request.GET.get("after")
    return None if after is None else row_of(after)


def row_of(text: str) -> int:
    """Return the number of a row that an address or a form names.

    Raises:
        HTTPNotFound: there cannot be such a row.
    """
    if not text.isascii() or not text.isdecimal() or len(text) > _LONGEST_ID:
        raise HTTPNotFound
    return int(text)


def position_after(request: Request) -> Position | None:
    """Return the place that what was found goes on after; None at its beginning.

    Raises:
        HTTPNotFound: there cannot be such a place.
    """
    after = request.GET.get("after")
    try:
        return None if after is None else Position.parse(after)
    except ValueError:
        raise HTTPNotFound from None
