"""`request.track_service`: the client of the track service, one for all requests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cdpsfy.tickets import TicketSigner
from cdpsfy.web.track_service import TrackService

if TYPE_CHECKING:
    from pyramid.config import Configurator

    from cdpsfy.settings import Settings


def connect(settings: Settings) -> TrackService:
    """Return the client that the settings describe."""
    return TrackService(
        settings["tracks_internal_url"],
        settings["tracks_url"],
        TicketSigner(settings["ticket_keys"]),
    )


def includeme(config: Configurator) -> None:
    """Make the client, and the bound that keeps slow uploads from taking every thread."""
    settings = config.registry["cdpsfy.settings"]
    config.registry["track_service"] = connect(settings)
    config.registry["uploads"] = threading.BoundedSemaphore(settings["concurrent_uploads"])
