"""Signs tickets as the site does: JWTs that the track service believes (cdpsfy/tickets.py)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LIFE = 300
"""Seconds."""


class NoKey(Exception):
    """There is no key to sign with; the message says why."""


class Tickets:
    """Signs with the first key of a file of NAME:SECRET words."""

    def __init__(self, keys: Path) -> None:
        """Read the key.

        Raises:
            NoKey: it cannot be read.
        """
        try:
            first = keys.read_text("utf-8").split()[0]
        except OSError as error:
            raise NoKey(f"{keys}: {error.strerror}") from error
        except IndexError:
            raise NoKey(f"{keys} holds no NAME:SECRET") from None
        self._kid, _, self._secret = first.partition(":")

    def sign(self, action: str, subject: str, limit: int | None = None) -> str:
        """Allow one action (upload, play, delete) on one subject for five minutes."""
        claims: dict[str, str | int] = {"aud": "tracks", "act": action, "sub": subject}
        claims["exp"] = int(time.time()) + _LIFE
        if limit is not None:
            claims["max"] = limit
        header = {"alg": "HS256", "typ": "JWT", "kid": self._kid}
        signed = b".".join((_part(header), _part(claims)))
        seal = hmac.digest(self._secret.encode(), signed, hashlib.sha256)
        return b".".join((signed, _encoded(seal))).decode()


def _part(values: Mapping[str, str | int]) -> bytes:
    return _encoded(json.dumps(values).encode())


def _encoded(text: bytes) -> bytes:
    return urlsafe_b64encode(text).rstrip(b"=")
