"""tracks.cdpsfy.es: REST over audio objects. No database, no session, no templates."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pyramid.config import Configurator

from cdpsfy import logs
from cdpsfy.health import Readiness
from cdpsfy.settings import Misconfigured, read_settings
from cdpsfy.tracks.request import Request
from storage import Driver, open_driver
from storage import Misconfigured as StorageMisconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyramid.router import Router

_PROBE_DEADLINE = 2.0


def main(global_config: Mapping[str, str], **local_config: str) -> Router:
    """Make the WSGI app; `[DEFAULT]` holds what it shares with the site."""
    try:
        return make_app({**global_config, **local_config})
    except (Misconfigured, StorageMisconfigured) as error:
        sys.exit(f"cdpsfy tracks cannot start: {error}")


def make_app(ini: Mapping[str, str]) -> Router:
    """Make the WSGI app from one flat table of settings.

    Raises:
        Misconfigured: ours or storage's, naming the setting.
    """
    settings = read_settings(ini)
    driver = open_driver(ini)
    logs.set_up(settings["log_format"])
    config = Configurator(settings=dict(ini), request_factory=Request)
    config.registry["cdpsfy.settings"] = settings
    config.registry["driver"] = driver
    config.include("cdpsfy.metrics")
    config.include("cdpsfy.health")
    config.include("cdpsfy.logs")
    config.include("cdpsfy.tracks.security")
    config.include("cdpsfy.tracks.errors")
    config.include("cdpsfy.tracks.views")
    config.set_readiness(lambda: _readiness(driver))
    return config.make_wsgi_app()


def _readiness(driver: Driver) -> Readiness:
    health = driver.health(_PROBE_DEADLINE)
    return Readiness(health.ok, health.detail)
