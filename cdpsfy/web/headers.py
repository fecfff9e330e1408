"""The headers that keep a page from running, framing or leaking what it should not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyramid.config import Configurator
    from pyramid.registry import Registry
    from pyramid.request import Request
    from pyramid.response import Response

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' {tracks}; connect-src 'self'; manifest-src 'self'; "
    "media-src {tracks}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def includeme(config: Configurator) -> None:
    """Add the headers to every answer."""
    config.add_tween("cdpsfy.web.headers.add_headers")


def add_headers(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Set what an answer has not set itself; pages are private, only static files are cached."""
    settings = registry["cdpsfy.settings"]
    headers = {
        "Content-Security-Policy": _POLICY.format(tracks=settings["tracks_url"]),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "private, no-cache",
    }
    if settings["https"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    def guarded(request: Request) -> Response:
        response = handler(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return guarded
