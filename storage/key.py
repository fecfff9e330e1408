"""The name of an object: `<sha256 of its bytes, hex>-<ulid of the attempt>`."""

from __future__ import annotations

import re

from ulid import ULID

from storage.errors import InvalidKey

_KEY = re.compile(r"(?P<sha256>[0-9a-f]{64})-(?P<ulid>[0-7][0-9A-HJKMNP-TV-Z]{25})", re.ASCII)
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.ASCII)


def make_key(sha256: str, ulid: str | None = None) -> str:
    """Return the key of the bytes with this digest (hex), for this attempt or a new one.

    Raises:
        InvalidKey: the digest or the ULID is not well-formed.
    """
    key = f"{sha256}-{ulid or ULID()}"
    check_key(key)
    return key


def check_key(key: str) -> None:
    """Let a well-formed key pass. Such a key holds no separator, so no path can be smuggled in.

    Raises:
        InvalidKey: any other string.
    """
    if not is_key(key):
        raise InvalidKey(f"not the key of an object: {key[:120]!r}")


def is_key(name: str) -> bool:
    """Tell whether name is well-formed as a key."""
    return _KEY.fullmatch(name) is not None


def is_ulid(text: str) -> bool:
    """Tell whether text is a ULID in its canonical form: 26 characters, upper case."""
    return _ULID.fullmatch(text) is not None


def digest_of(key: str) -> str:
    """Return the SHA-256 (hex) that a well-formed key names."""
    return key[:64]
