"""A place for the bytes of one object that are needed twice, but read from the volume once."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

from storage.driver import BLOCK_SIZE

_IN_MEMORY = 32 * BLOCK_SIZE
"""Bytes; most tracks are shorter. A longer one goes to the local disk for a moment."""


def open_spool() -> BinaryIO:
    """Return an empty, seekable file that is gone when it is closed."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY))
