"""Signs tickets as the site does: JWTs that the track service believes (cdpsfy/tickets.py)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import jwt

from ops.nagios.plugins.answer import Unknown

if TYPE_CHECKING:
    from pathlib import Path

_LIFE = 300
"""Seconds."""


class Tickets:
    """Signs with the first key of a file of NAME:SECRET words."""

    def __init__(self, keys: Path) -> None:
        """Read the key.

        Raises:
            Unknown: it cannot be read.
        """
        try:
            first = keys.read_text("utf-8").split()[0]
        except OSError as error:
            raise Unknown(f"{keys}: {error.strerror}") from error
        except IndexError:
            raise Unknown(f"{keys} holds no NAME:SECRET") from None
        self._kid, _, self._secret = first.partition(":")

    def sign(self, action: str, subject: str, limit: int | None = None) -> str:
        """Allow one action (upload, play, delete) on one subject for five minutes."""
        claims: dict[str, str | int] = {"aud": "tracks", "act": action, "sub": subject}
        claims["exp"] = int(time.time()) + _LIFE
        if limit is not None:
            claims["max"] = limit
        return jwt.encode(claims, self._secret, algorithm="HS256", headers={"kid": self._kid})
