"""What makes the site an app on a phone: its manifest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from cdpsfy.web.language import _

if TYPE_CHECKING:
    from pyramid.request import Request

_ICONS = (
    ("192.png", "192x192", "any"),
    ("512.png", "512x512", "any"),
    ("maskable-512.png", "512x512", "maskable"),
)


@view_config(route_name="manifest", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def manifest(request: Request) -> Response:
    """Say in the reader's language what is installed (W3C Web App Manifest)."""
    body = json.dumps(_manifest(request)).encode()
    return Response(body, content_type="application/manifest+json")


def _manifest(request: Request) -> dict[str, Any]:
    static = request.static_path
    return {
        "id": "/",
        "name": "CDPSfy",
        "short_name": "CDPSfy",
        "description": request.translate(_("A music-sharing network that does not stop.")),
        "lang": request.locale_name,
        "dir": "ltr",
        "start_url": request.route_path("home"),
        "scope": request.route_path("home"),
        "display": "standalone",
        "theme_color": "#faf8f5",
        "background_color": "#faf8f5",
        "categories": ["music", "entertainment"],
        "icons": [
            {
                "src": static(f"cdpsfy.web:static/icons/{file}"),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for file, sizes, purpose in _ICONS
        ],
        "shortcuts": [
            {"name": request.translate(name), "url": request.route_path(route)}
            for name, route in ((_("Newest"), "tracks"), (_("Upload new track"), "track.new"))
        ],
    }
