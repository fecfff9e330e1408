"""Tickets: signed, expiring permissions that the site gives and the track service believes.

A ticket is a JWT (RFC 7519), HS256, whose header names the key that signed it, so that keys can be
changed without a pause. It allows one action on one subject.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdpsfy.settings import TicketKey

_ALGORITHM = "HS256"
_AUDIENCE = "tracks"
_LEEWAY = 60
_HOUR = 3600
_PLAY_ROUND = 6 * _HOUR
_WORK_LIFE = _HOUR // 2
_REMEMBERED = 4096
"""Tickets that are not verified again: a song's parts all come with the same one."""
_GIVEN = 16384
"""Tickets that are not signed again: a page has two for each cover, the same ones for hours."""
EVERYTHING = "*"
"""The subject of a ticket that is not about one object."""


class Action(StrEnum):
    """What a ticket lets its bearer do."""

    PLAY = "play"
    UPLOAD = "upload"
    DELETE = "delete"
    LIST = "list"


class InvalidTicket(Exception):
    """No ticket, or none that can be believed; the message says which."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a believed ticket says."""

    action: Action
    subject: str
    """The key of the object; for an upload the ULID of the attempt."""
    limit: int
    """For an upload, the most bytes it may have."""
    end: int
    """Until when it is believed [Unix s, UTC]."""


class TicketSigner:
    """Issues and checks tickets; keys are tried by name, the first one signs."""

    def __init__(self, keys: Sequence[TicketKey]) -> None:
        self._signing = keys[0]
        self._secrets = {key.kid: key.secret for key in keys}
        self._remembered = lru_cache(_REMEMBERED)(self._verified)
        self._signed = lru_cache(_GIVEN)(self._sign)

    def play(self, key: str) -> str:
        """Allow to play one object, or to see it, for 12 to 18 hours.

        The end is rounded, so that a page has the same address for hours and caches can work.
        """
        end = (int(time.time()) // _PLAY_ROUND + 3) * _PLAY_ROUND
        return self._signed(Action.PLAY, key, end)

    def upload(self, ulid: str, limit: int) -> str:
        """Allow to store one object of at most limit bytes under this ULID, for half an hour."""
        return self._sign(Action.UPLOAD, ulid, int(time.time()) + _WORK_LIFE, limit)

    def delete(self, key: str) -> str:
        """Allow to delete one object, for half an hour."""
        return self._sign(Action.DELETE, key, int(time.time()) + _WORK_LIFE)

    def list(self) -> str:
        """Allow to list all objects, for half an hour: an operator's ticket."""
        return self._sign(Action.LIST, EVERYTHING, int(time.time()) + _WORK_LIFE)

    def check(self, token: str) -> Ticket:
        """Return what token allows.

        Raises:
            InvalidTicket: it is missing, malformed, expired, or signed by none of the keys.
        """
        if not token:
            raise InvalidTicket("a ticket is needed; the site gives them")
        ticket = self._remembered(token)
        if ticket.end <= time.time():
            raise InvalidTicket("the ticket has expired; ask the site for a new one")
        return ticket

    def _verified(self, token: str) -> Ticket:
        """Return what token says, whatever the time."""
        try:
            secret = self._secrets[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["exp", "sub", "aud"], "verify_exp": False},
            )
            end = int(claims["exp"]) + _LEEWAY
            return Ticket(Action(claims["act"]), claims["sub"], int(claims.get("max", 0)), end)
        except (jwt.InvalidTokenError, LookupError, TypeError, ValueError) as error:
            raise InvalidTicket("the ticket cannot be believed") from error

    def _sign(self, action: Action, subject: str, end: int, limit: int | None = None) -> str:
        claims: dict[str, Any] = {"aud": _AUDIENCE, "act": action, "sub": subject, "exp": end}
        if limit is not None:
            claims["max"] = limit
        key = self._signing
        return jwt.encode(claims, key.secret, algorithm=_ALGORITHM, headers={"kid": key.kid})
