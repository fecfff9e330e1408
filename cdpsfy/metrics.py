"""Prometheus metrics of a service: `GET /metrics`, and counters every request feeds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.config import Configurator
    from pyramid.registry import Registry
    from pyramid.request import Request


def includeme(config: Configurator) -> None:
    """Count requests, and show the counts at `/metrics`."""
    config.registry["metrics"] = registry = CollectorRegistry()
    config.registry["metrics.requests"] = Counter(
        "cdpsfy_requests_total",
        "Requests answered",
        ["route", "method", "status"],
        registry=registry,
    )
    config.registry["metrics.seconds"] = Histogram(
        "cdpsfy_request_seconds", "Time to the answer's first byte", ["route"], registry=registry
    )
    config.add_tween("cdpsfy.metrics.count_requests")
    config.add_route("metrics", "/metrics")
    config.add_view(
        show, route_name="metrics", request_method="GET", permission=NO_PERMISSION_REQUIRED
    )


def count_requests(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Count every request by its route's name: paths would make a series each."""
    known_methods = {"GET", "HEAD", "POST", "DELETE"}

    def counted(request: Request) -> Response:
        start = time.monotonic()
        response = handler(request)
        route = request.matched_route.name if getattr(request, "matched_route", None) else "none"
        method = request.method if request.method in known_methods else "other"
        registry["metrics.requests"].labels(route, method, response.status_int).inc()
        registry["metrics.seconds"].labels(route).observe(time.monotonic() - start)
        return response

    return counted


def show(request: Request) -> Response:
    """Answer in Prometheus' text format."""
    body = generate_latest(request.registry["metrics"])
    return Response(body, headerlist=[("Content-Type", CONTENT_TYPE_LATEST)])
