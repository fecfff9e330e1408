"""`tracks`: the field of a form that names tracks to add, by their public ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy.web.services.playlists.entries import MOST, Full

if TYPE_CHECKING:
    from pyramid.request import Request


def track_ids(request: Request) -> list[str]:
    """Return the ids, in order; a queue's are many, so they share one field, with spaces between.

    Raises:
        Full: they are more than a playlist has.
    """
    text = request.POST.get("tracks", "")
    ids = text.split() if isinstance(text, str) else []
    if len(ids) > MOST:
        raise Full
    return ids
