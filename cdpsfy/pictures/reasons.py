"""Why a picture is not taken."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong with a picture; web/refusals.py has the words for people."""

    NO_PICTURE = "no-picture"
    """Neither JPEG, PNG nor WebP, whatever its name says."""
    TOO_LONG = "too-long"
    """In bytes."""
    TOO_LARGE = "too-large"
    """In pixels."""
    DAMAGED = "damaged"
    """It cannot be read to its end."""
    TOO_HEAVY = "too-heavy"
    """It takes more time or memory than a picture is given."""
    BUSY = "busy"
    """As many pictures as this process reads at once are being read."""


class NotACover(Exception):
    """The picture is refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
