"""A page that a program writes a part of: from `<!-- name -->` to `<!-- end of name -->`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class NoMarks(Exception):
    """A page does not say where the text goes."""


def put_into(page: Path, name: str, text: str) -> None:
    """Put text between the marks of this name, in the place of what stood there.

    Raises:
        NoMarks: the page has none; it stays as it is.
    """
    before, after = around_marks(page, name)
    begin, end = _marks(name)
    page.write_text(f"{before}{begin}\n{text}{end}{after}", "utf-8")


def around_marks(page: Path, name: str) -> tuple[str, str]:
    """Return what stands before and after the marks of this name.

    Raises:
        NoMarks: the page has none.
    """
    begin, end = _marks(name)
    before, _, rest = page.read_text("utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise NoMarks(f"{page} has no marks {begin} and {end} to put the table between")
    return before, after


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name} -->", f"<!-- end of {name} -->"
