"""What the player asks the site for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPFound
from pyramid.view import view_config

from cdpsfy.web.security import Permission

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(route_name="track.audio", request_method="GET", permission=Permission.LISTEN)
def audio(request: Request) -> HTTPFound:
    """Lead to a track's bytes, with a fresh ticket: an address that others' players can keep."""
    address = request.track_service.play_address(request.context.track.key)
    return HTTPFound(address, cache_control="private, no-store")


@view_config(
    route_name="track.ticket", request_method="GET", permission=Permission.LISTEN, renderer="json"
)
def ticket(request: Request) -> dict[str, Any]:
    """Give the address of a track's bytes, with a fresh ticket, and what a player shows of it.

    Who may not hear the track, or finds it gone, gets no ticket: 401, 403 or 404.
    """
    track = request.context.track
    # Nobody but this player may keep it, and not even this player instead of asking again.
    request.response.cache_control = "private, no-store"
    return {
        "id": track.public_id,
        "url": request.track_service.play_address(track.key),
        "type": track.content_type,
        "title": track.title,
        "artist": track.artist or track.owner.name,
        "seconds": track.seconds,
    }
