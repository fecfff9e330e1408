"""server.cdpsfy.es: pages, accounts, the catalogue. `make_app` is the table of contents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pyramid.config import Configurator

from cdpsfy import logs
from cdpsfy.settings import Misconfigured, read_settings
from cdpsfy.web.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyramid.router import Router


def main(global_config: Mapping[str, str], **local_config: str) -> Router:
    """Make the WSGI app; `[DEFAULT]` holds what it shares with the track service."""
    try:
        return make_app({**global_config, **local_config})
    except Misconfigured as error:
        sys.exit(f"cdpsfy web cannot start: {error}")


def make_app(ini: Mapping[str, str]) -> Router:
    """Make the WSGI app from one flat table of settings.

    Raises:
        Misconfigured: naming the setting.
    """
    settings = read_settings(ini)
    logs.set_up(settings["log_format"])
    config = Configurator(settings=dict(ini), request_factory=Request)
    config.registry["cdpsfy.settings"] = settings
    config.include("cdpsfy.metrics")
    config.include("cdpsfy.health")
    config.include("cdpsfy.logs")
    config.include("cdpsfy.web.headers")
    config.include("cdpsfy.web.db")
    config.include("cdpsfy.web.retrying")
    config.include("cdpsfy.web.tracks")
    config.include("cdpsfy.web.security")
    config.include("cdpsfy.web.language")
    config.include("cdpsfy.web.notices")
    config.include("cdpsfy.web.pages")
    config.include("cdpsfy.web.static_files")
    config.include("cdpsfy.web.routes")
    config.scan("cdpsfy.web.views")
    return config.make_wsgi_app()
