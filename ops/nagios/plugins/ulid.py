"""Makes, and reads, the name of an attempt to upload: https://github.com/ulid/spec."""

from __future__ import annotations

import secrets
import time

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26
_RANDOM_BITS = 80
_MOMENT = slice(10)
"""The digits that tell the time; the others are chance."""


def make_ulid() -> str:
    """Return a new one: milliseconds since 1970, then chance."""
    number = int(time.time() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return "".join(_DIGITS[number >> shift & 31] for shift in range(5 * _LENGTH - 5, -1, -5))


def made_at(ulid: str) -> float:
    """Return when one was made: Unix time [s].

    Raises:
        ValueError: it is none.
    """
    milliseconds = 0
    for digit in ulid[_MOMENT]:
        milliseconds = milliseconds << 5 | _DIGITS.index(digit)
    return milliseconds / 1000
