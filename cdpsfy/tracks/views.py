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
from cdpsfy.tracks.delivery import deliver
from cdpsfy.tracks.reception import expected_digest, received_body
from cdpsfy.tracks.security import AllObjects, OneObject
from storage import Corrupt, NotFound

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
    for kind, one in (("tracks", "track"), ("covers", "cover")):
        address = f"/{{kind:{kind}}}"
        config.add_route(kind, address, factory=AllObjects)
        config.add_route(one, f"{address}/{{key}}", factory=OneObject)
        config.add_route(f"{one}.ticket", f"{address}/{{key}}{TICKET_CHECK}", factory=OneObject)
    config.scan("cdpsfy.tracks.views")


@view_config(route_name="tracks", request_method="POST", permission=Action.UPLOAD, renderer="json")
@view_config(route_name="covers", request_method="POST", permission=Action.UPLOAD, renderer="json")
def upload(request: Request) -> dict[str, Any]:
    """Store the body; 201 means that it is durable."""
    body = received_body(request, request.ticket.limit)
    media_type = request.context.kind.media_type(body)
    info = request.driver.put(
        body, media_type, request.ticket.subject, sha256=expected_digest(request)
    )
    place = request.registry["cdpsfy.settings"]["tracks_url"]
    url = f"{place}/{request.matchdict['kind']}/{info.key}"
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
@view_config(route_name="cover", request_method=("GET", "HEAD"), permission=Action.PLAY)
def play(request: Request) -> Response:
    """Send an object, or the part of it that was asked for."""
    reader = request.driver.open(request.context.subject)
    if not request.context.kind.includes(reader.info):
        reader.close()
        raise NotFound(reader.info.key)
    return deliver(request, reader)


@view_config(route_name="track.ticket", request_method="GET", permission=Action.PLAY)
@view_config(route_name="cover.ticket", request_method="GET", permission=Action.PLAY)
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
@view_config(route_name="cover", request_method="DELETE", permission=Action.DELETE)
def delete(request: Request) -> Response:
    """Delete an object, or a leftover, of which nothing tells the kind."""
    key = request.context.subject
    if _is_of_the_other_kind(request, key):
        raise NotFound(key)
    request.driver.delete(key)
    return Response(status=HTTPStatus.NO_CONTENT)


@view_config(route_name="tracks", request_method="GET", permission=Action.LIST, renderer="json")
def listing(request: Request) -> dict[str, Any]:
    """List objects of both kinds, and leftovers; `next` is where the next page begins, or null."""
    entries = list(islice(request.driver.list(request.GET.get("after", "")), _PAGE))
    return {
        "entries": [asdict(entry) for entry in entries],
        "next": entries[-1].key if len(entries) == _PAGE else None,
    }


def _is_of_the_other_kind(request: Request, key: str) -> bool:
    try:
        return not request.context.kind.includes(request.driver.stat(key))
    except (NotFound, Corrupt):  # without a mark, or with one that cannot be read
        return False
