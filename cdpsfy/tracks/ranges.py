"""Byte ranges (RFC 9110 §14): pure functions over a header and a size."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE_RANGE = re.compile(r"bytes=[ \t]*(?P<first>\d*)-(?P<last>\d*)[ \t]*", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 18


class Unsatisfiable(Exception):
    """The range begins past the end: 416."""


class ByteRange(NamedTuple):
    """The bytes `[start, stop)`."""

    start: int
    stop: int


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """Return the range that a Range header asks for of size bytes, cut to them.

    None means the whole: there is no header, its unit or form is unknown, it is reversed, or it
    asks for several ranges; a server may ignore any Range (RFC 9110 §14.2), and the whole answers
    each of these without the cost that a thousand small ranges would have.

    Raises:
        Unsatisfiable: no byte of size lies in the range.
    """
    match = _ONE_RANGE.fullmatch(header) if header else None
    if match is None or match["first"] == match["last"] == "":
        return None
    if max(len(match["first"]), len(match["last"])) > _MOST_DIGITS:
        return _beyond_all_files(match["first"], match["last"], size)
    if match["first"] == "":
        return _suffix(int(match["last"]), size)
    start = int(match["first"])
    stop = int(match["last"]) + 1 if match["last"] else size
    if stop <= start and match["last"]:
        return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, min(stop, size))


def _suffix(length: int, size: int) -> ByteRange:
    if length == 0 or size == 0:
        raise Unsatisfiable
    return ByteRange(max(0, size - length), size)


def _beyond_all_files(first: str, last: str, size: int) -> ByteRange | None:
    """Read numbers longer than any file is, without converting a megabyte of digits."""
    if first == "":
        return _suffix(size, size)
    if len(first) > _MOST_DIGITS or int(first) >= size:
        raise Unsatisfiable
    return ByteRange(int(first), size) if len(last) > _MOST_DIGITS else None
