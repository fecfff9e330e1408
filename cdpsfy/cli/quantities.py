"""Sizes and durations on the command line, written as in the ini: `20 MiB`, `1 h`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

# Settings and options are written alike; there is one way to read them.
from cdpsfy.settings import parse_duration, parse_size

if TYPE_CHECKING:
    from collections.abc import Callable


class Quantity(click.ParamType[int]):
    """A number with a unit, converted to a whole number of bytes or seconds."""

    def __init__(self, name: str, read: Callable[[str], int], *, least: int) -> None:
        self.name = name
        self._read = read
        self._least = least

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        if isinstance(value, int):
            return value
        try:
            number = self._read(value.strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if number < self._least:
            self.fail(f"{value} is too little", param, ctx)
        return number


RATE = Quantity("rate", parse_size, least=1)
"""Bytes per second."""
DURATION = Quantity("duration", parse_duration, least=0)
"""Seconds."""
