"""Where a page of a list ends that is ordered by a rank, and by the row within it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Position:
    """The rank of the last one on a page (a tier, a count), and its row."""

    rank: int
    row: int

    @classmethod
    def parse(cls, text: str) -> Position:
        """Read what `str` made of one.

        Raises:
            ValueError: it is none.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError("not a position")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.rank}.{self.row}"
