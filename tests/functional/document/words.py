"""The pages of the repository, and what stands in them as code: commands, settings, files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ops.document.markdown import code
from ops.document.pages import read_page
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = ("docs", "ops", "tests", "cdpsfy", "storage", "migrations")
_BEFORE = re.compile(
    r"^(sudo |ExecStart=|docker compose exec \S+ |runuser -u \S+ -- |while |cd \S+ && )+"
)
"""What may stand before the command that is meant."""


def all_pages() -> list[PurePosixPath]:
    """Return every page of the repository; what is installed below it is not its own."""
    found = [*ROOT.glob("*.md"), *(page for top in _FOLDERS for page in (ROOT / top).rglob("*.md"))]
    paths = sorted(PurePosixPath(page.relative_to(ROOT)) for page in found)
    foreign = ("node_modules", ".venv")
    return [path for path in paths if not set(foreign) & set(path.parts)]


def commands(page: PurePosixPath) -> Iterator[list[str]]:
    """Return the words of each simple command that a page has as code."""
    for text in code(read_page(page).tokens):
        for line in text.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|\||[;|]", re.sub(r"\s#.*", "", line)):
                words = _BEFORE.sub("", part.strip()).split()
                if words:
                    yield words
