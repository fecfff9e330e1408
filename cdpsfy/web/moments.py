"""A moment of a track, as a link tells it: `?t=1m12s`, `?t=72`, `?t=1:12`."""

from __future__ import annotations

import re

_UNITS = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{2})", re.ASCII)


def parse(text: str) -> int | None:
    """Return the seconds that a link names; None if it does not name any."""
    match = _CLOCK.fullmatch(text) or _UNITS.fullmatch(text)
    if match is None or not text:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (hours * 60 + minutes) * 60 + seconds
