"""Makes the name of an attempt to upload: https://github.com/ulid/spec."""

from __future__ import annotations

import secrets
import time

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26
_RANDOM_BITS = 80


def make_ulid() -> str:
    """Return a new one: milliseconds since 1970, then chance."""
    number = int(time.time() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return "".join(_DIGITS[number >> shift & 31] for shift in range(5 * _LENGTH - 5, -1, -5))
