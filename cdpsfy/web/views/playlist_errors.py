"""What is told when a playlist is not as it was, or cannot take more."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from pyramid.view import exception_view_config

from cdpsfy.web.language import _
from cdpsfy.web.services.playlists import entries, playlists
from cdpsfy.web.services.playlists.locking import Gone
from cdpsfy.web.views.errors import answer

if TYPE_CHECKING:
    from pyramid.request import Request
    from pyramid.response import Response


@exception_view_config(Gone)
@exception_view_config(entries.NoTrack)
def gone(_error: Exception, request: Request) -> Response:
    """Say that it is not there any more."""
    return answer(request, HTTPStatus.NOT_FOUND)


@exception_view_config(entries.NoEntry)
def changed(_error: Exception, request: Request) -> Response:
    """Say that somebody else has changed the playlist."""
    text = _("Somebody else has changed this playlist meanwhile. Look at it again.")
    return answer(request, HTTPStatus.CONFLICT, text)


@exception_view_config(entries.Full)
def full(_error: Exception, request: Request) -> Response:
    """Say how long a playlist may be."""
    text = _("A playlist has 10,000 tracks at most. Nothing was added.")
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, text)


@exception_view_config(playlists.TooMany)
def too_many(_error: Exception, request: Request) -> Response:
    """Say how many playlists one may have."""
    text = _("You have 1,000 playlists, which is the most. Delete one first.")
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, text)
