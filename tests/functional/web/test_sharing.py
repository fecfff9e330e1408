"""What others see of a link to the site: a preview, a moment of a track, a person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from tests.functional.web.person import Person

TITLE, ARTIST = "Nanas para tres discos", "Las Tres Réplicas"


def content(page: object, name: str) -> str:
    """Return what a page's head says under a name, as machines read it."""
    attribute = "property" if ":" in name and not name.startswith("twitter") else "name"
    return str(page.html.find("meta", {attribute: name})["content"])  # type: ignore[attr-defined]
