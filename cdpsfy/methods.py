"""Tells a wrong method from an unknown address, which Pyramid answers alike (404)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyramid.request import Request


def allowed_methods(request: Request) -> list[str]:
    """Return what the address of this request can do, sorted; nothing for an unknown address."""
    route = getattr(request, "matched_route", None)
    if route is None:
        return []
    methods: set[str] = set()
    for view in request.registry.introspector.get_category("views") or ():
        introspectable = view["introspectable"]
        if introspectable["route_name"] == route.name:
            named = introspectable["request_methods"] or ()
            methods.update((named,) if isinstance(named, str) else named)
    if "GET" in methods:
        methods.add("HEAD")  # Pyramid answers it wherever it answers GET
    return sorted(methods)
