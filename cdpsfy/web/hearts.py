"""Which hearts of a list are full: asked once for all its rows, whatever page it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.web.services import likes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyramid.request import Request


def liked_among(request: Request, track_ids: Iterable[int]) -> set[int] | None:
    """Return those of some tracks, by their rows, that who asks likes; None for who is nobody."""
    person = request.identity
    return None if person is None else likes.liked_among(request.db, person, track_ids)
