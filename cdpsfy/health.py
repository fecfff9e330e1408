"""Alive is not ready: `/healthz` says the process answers, `/readyz` that it can serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.config import Configurator
    from pyramid.request import Request


DRAINING = "cdpsfy.draining"
"""Where a server that was told to stop says so in the WSGI environment."""
PROBES = ("/healthz", "/readyz", "/metrics")
"""The addresses that have to answer when nothing else does."""
TICKET_CHECK = "/ticket"
"""What follows the address of an object where an edge asks whether a ticket plays it: of what it
keeps it can send nothing before."""


class Readiness(NamedTuple):
    """Whether a service can do its work, and one sentence for an operator."""

    ok: bool
    detail: str


def includeme(config: Configurator) -> None:
    """Add both addresses and `config.set_readiness(check)`; check() answers within its deadline."""
    config.add_directive("set_readiness", _set_readiness)
    for name, view in (("healthz", healthz), ("readyz", readyz)):
        config.add_route(name, f"/{name}")
        config.add_view(
            view, route_name=name, request_method="GET", permission=NO_PERMISSION_REQUIRED
        )


def _set_readiness(config: Configurator, check: Callable[[], Readiness]) -> None:
    config.registry["readiness"] = check


def healthz(_request: Request) -> Response:
    """Say that this process answers."""
    return _plain(200, "alive")


def readyz(request: Request) -> Response:
    """Say whether this process could serve a request now: 200, or 503 and why."""
    if request.environ.get(DRAINING):
        return _plain(503, "draining")
    readiness = request.registry["readiness"]()
    return _plain(200 if readiness.ok else 503, readiness.detail)


def _plain(status: int, text: str) -> Response:
    response = Response(f"{text}\n", status=status, content_type="text/plain", charset="utf-8")
    response.cache_control = "no-store"
    return response
