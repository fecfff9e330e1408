"""What addresses show of a row: random, so that nobody can walk through them."""

from __future__ import annotations

import secrets
import string

LENGTH = 12
_ALPHABET = string.ascii_letters + string.digits


def new_public_id() -> str:
    """Return one that nobody has, but for a chance of one in 10^21."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
