"""Is an upload a picture that browsers show? The bytes decide, not the name."""

from __future__ import annotations

import re
from typing import BinaryIO

_HEAD = 16
# The first bytes of each kind: ITU-T T.81 §B.2.1, PNG §5.2 with its first chunk, RFC 9649 §2.5.
_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (rb"RIFF.{4}WEBPVP8[ LX]", "image/webp"),
    )
)


class NotPicture(Exception):
    """The file is refused. `str()` is one sentence that a person understands."""


def media_type(source: BinaryIO) -> str:
    """Return `image/jpeg`, `image/png` or `image/webp`, or raise `NotPicture`.

    `source` is a seekable binary file; it is left at its start. Only the beginning is looked at:
    nothing here decodes a picture, and what browsers get has the headers that `delivery` sets.
    """
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(0)
    for pattern, kind in _SIGNATURES:
        if pattern.match(head):
            return kind
    raise NotPicture("This is not a picture of a kind that CDPSfy shows (JPEG, PNG or WebP).")
