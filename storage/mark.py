"""The commit mark: what the extended attribute `user.cdpsfy` says about an object.

One line of ASCII: format version, size in bytes, media type, then the CRC-32 of every 1 MiB block
as eight hex digits without separators: `1 1048577 audio/mpeg 0a1b2c3dffffffff`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.driver import BLOCK_SIZE, MAX_SIZE

NAME = "user.cdpsfy"
"""The extended attribute that holds the mark."""

_MARK = re.compile(
    rb"1 (?P<size>0|[1-9][0-9]{0,9}) (?P<type>[\x21-\x7e]{3,100}) (?P<sums>(?:[0-9a-f]{8})*)"
)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.ASCII)
_LONGEST_TYPE = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """The truth about an object: it exists with exactly this size and these checksums."""

    size: int
    """Length in bytes, `[0, MAX_SIZE]`."""
    content_type: str
    """Media type, RFC 6838 §4.2, lower case."""
    checksums: tuple[int, ...]
    """CRC-32 of each block, in order; the last block may be shorter than `BLOCK_SIZE`."""

    def encode(self) -> bytes:
        """Return the attribute's value."""
        sums = "".join(f"{checksum:08x}" for checksum in self.checksums)
        return f"1 {self.size} {self.content_type} {sums}".encode("ascii")

    @classmethod
    def decode(cls, value: bytes) -> Mark:
        """Read an attribute's value.

        Raises:
            ValueError: it is no mark of a version known here.
        """
        match = _MARK.fullmatch(value)
        if match is None:
            raise ValueError(f"not a commit mark: {value[:60]!r}")
        size, sums = int(match["size"]), match["sums"].decode("ascii")
        if size > MAX_SIZE or len(sums) != 8 * block_count(size):
            raise ValueError(f"a commit mark that contradicts itself: {value[:60]!r}")
        checksums = tuple(int(sums[at : at + 8], 16) for at in range(0, len(sums), 8))
        return cls(size, match["type"].decode("ascii"), checksums)


def largest_mark() -> Mark:
    """Return a mark as long as a mark can get, to try whether a place can keep it."""
    media_type = "audio/" + "x" * (_LONGEST_TYPE - len("audio/"))
    return Mark(MAX_SIZE, media_type, (0xFFFFFFFF,) * block_count(MAX_SIZE))


def block_count(size: int) -> int:
    """Return how many checksum blocks size bytes fill."""
    return -(-size // BLOCK_SIZE)


def check_media_type(text: str) -> None:
    """Let a media type pass that a mark can hold.

    Raises:
        ValueError: it is none, has parameters, capitals, or more than 100 characters.
    """
    if len(text) > _LONGEST_TYPE or _MEDIA_TYPE.fullmatch(text) is None:
        raise ValueError(f"not a media type: {text[:120]!r}")
