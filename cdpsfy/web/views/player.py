"""What the player asks the site for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.response import Response
from pyramid.view import view_config

from cdpsfy.pictures.art import Art
from cdpsfy.web import covers
from cdpsfy.web.security import Permission
from cdpsfy.web.services import likes, waveforms

if TYPE_CHECKING:
    from pyramid.request import Request


@view_config(route_name="track.audio", request_method="GET", permission=Permission.LISTEN)
def audio(request: Request) -> HTTPSeeOther:
    """Lead to a track's bytes with a fresh ticket: an address for others to keep."""
    response = HTTPSeeOther(request.track_service.play_address(request.context.track.key))
    response.cache_control = "private, no-store"
    return response


@view_config(
    route_name="track.ticket", request_method="GET", permission=Permission.LISTEN, renderer="json"
)
def ticket(request: Request) -> dict[str, Any]:
    """Give the address of a track's bytes, with a fresh ticket, and what a player shows of it.

    `cover` has the addresses of `small`, `medium` and `large`, or is null; `art` are the classes
    that draw a picture behind it, or in its place. `liked` is null for who is not logged in.

    Who may not hear the track, or finds it gone, gets no ticket: 401, 403 or 404.
    """
    track = request.context.track
    # Nobody but this player may keep it, and not even this player instead of asking again.
    request.response.cache_control = "private, no-store"
    person = request.identity
    return {
        "id": track.public_id,
        "url": request.track_service.play_address(track.key),
        "type": track.content_type,
        "title": track.title,
        "artist": track.artist or track.owner.name,
        "seconds": track.seconds,
        "liked": None if person is None else likes.likes(request.db, person, track),
        "cover": covers.addresses(request.track_service, track.cover),
        "art": Art.of(track.public_id).classes(),
        "peaks": peaks_address(request),
    }


@view_config(route_name="track.peaks", request_method="GET", permission=Permission.LISTEN)
def peaks(request: Request) -> Response:
    """Give how loud a track is, 800 bytes from 0 to 127: they never change once they are there."""
    levels = waveforms.levels_of(request.db, request.context.track)
    if levels is None:
        raise HTTPNotFound
    response = Response(levels, content_type="application/octet-stream")
    response.cache_control = "private, max-age=31536000, immutable"
    return response


def peaks_address(request: Request) -> str | None:
    """Return where they are, or None while there are none: nobody asks in vain."""
    track = request.context.track
    if waveforms.levels_of(request.db, track) is None:
        return None
    return str(request.route_path("track.peaks", track=track.public_id))
