"""Who sees a track or a playlist besides its owner."""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    """As the column has it; in lists and searches are only the public ones."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    """Whoever has the address."""
    PRIVATE = "private"
