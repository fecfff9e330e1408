"""The addresses of the track service; docs/architecture.md's table, line by line."""

from __future__ import annotations

import time
from dataclasses import asdict
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from pyramid.response import Response
from pyramid.view import view_config

from cdpsfy.health import TICKET_CHECK
from cdpsfy.tickets import Action
from cdpsfy.tracks.audio import media_type
from cdpsfy.tracks.delivery import deliver
from cdpsfy.tracks.reception import expected_digest, received_body
from cdpsfy.tracks.security import TrackObject, TrackObjects

if TYPE_CHECKING:
    from pyramid.config import Configurator
    from pyramid.request import Request

_PAGE = 1000
_CHECKED_FOR = 60
"""Seconds for which the edge may believe what it was told of a ticket: for as long a key that was
taken out of the settings goes on being good there."""
_CHECKED_FOR_WITHOUT_US = 3600
"""Seconds for which it may do so while it cannot ask again, that minute included."""


def includeme(config: Configurator) -> None:
    """Declare the routes and their views."""
    config.add_route("tracks", "/tracks", factory=TrackObjects)
    config.add_route("track", "/tracks/{key}", factory=TrackObject)
    config.add_route("ticket", f"/tracks/{{key}}{TICKET_CHECK}", factory=TrackObject)
    config.scan("cdpsfy.tracks.views")


@view_config(route_name="tracks", request_method="POST", permission=Action.UPLOAD, renderer="json")
def upload(request: Request) -> dict[str, Any]:
    """Store the body; 201 means that it is durable."""
    body = received_body(request, request.ticket.limit)
    info = request.driver.put(
        body, media_type(body), request.ticket.subject, sha256=expected_digest(request)
    )
    url = f"{request.registry['cdpsfy.settings']['tracks_url']}/tracks/{info.key}"
    request.response.status = HTTPStatus.CREATED
    request.response.headers["Location"] = url
    return {
        "key": info.key,
        "url": url,
        "size": info.size,
        "sha256": info.sha256,
        "content_type": info.content_type,
    }


@view_config(route_name="track", request_method=("GET", "HEAD"), permission=Action.PLAY)
def play(request: Request) -> Response:
    """Send an object, or the part of it that was asked for."""
    return deliver(request, request.driver.open(request.context.subject))


@view_config(route_name="ticket", request_method="GET", permission=Action.PLAY)
def check_ticket(request: Request) -> Response:
    """Say that the ticket plays this object, if there is one: storage is not asked."""
    left = max(0, request.ticket.end - int(time.time()))
    fresh = min(left, _CHECKED_FOR)
    stale = min(left, _CHECKED_FOR_WITHOUT_US) - fresh
    response = Response(status=HTTPStatus.NO_CONTENT)
    # RFC 5861: how much longer it is good when there is an error instead of an answer.
    response.cache_control = f"max-age={fresh}, stale-if-error={stale}"
    return response


@view_config(route_name="track", request_method="DELETE", permission=Action.DELETE)
def delete(request: Request) -> Response:
    """Delete an object or a leftover."""
    request.driver.delete(request.context.subject)
    return Response(status=HTTPStatus.NO_CONTENT)


@view_config(route_name="tracks", request_method="GET", permission=Action.LIST, renderer="json")
def listing(request: Request) -> dict[str, Any]:
    """List objects and leftovers by key, a page at a time; `next` is where to go on, or null."""
    entries = list(islice(request.driver.list(request.GET.get("after", "")), _PAGE))
    return {
        "entries": [asdict(entry) for entry in entries],
        "next": entries[-1].key if len(entries) == _PAGE else None,
    }
