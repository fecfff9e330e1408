"""Which pages the document has, in which order, and where a link of one leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from ops.document.markdown import Heading, headings, links, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
FIRST = {"en": PurePosixPath("docs/README.md"), "es": PurePosixPath("docs/es/README.md")}
"""The page of each language where its document begins."""
CONTENTS = {"en": "Contents", "es": "Contenido"}
"""The heading of the list, on that page, of all that follow: pages are in its order."""


class BrokenLink(Exception):
    """A page leads to what is not there; the message names both."""


class Target(NamedTuple):
    """Where a link leads: a file of the repository, and a heading of it."""

    path: PurePosixPath
    anchor: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its file, relative to the repository, and what was read in it."""

    path: PurePosixPath
    tokens: Sequence[Token]
    headings: Sequence[Heading]

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.headings[0].text

    @property
    def language(self) -> str:
        """As HTML names it."""
        return "es" if "es" in self.path.parts else "en"


@cache
def read_page(path: PurePosixPath) -> Page:
    """Read a page of the repository, once: it is asked for by many that lead to it."""
    tokens = parse((ROOT / path).read_text("utf-8"))
    return Page(path, tokens, headings(tokens))


def read_document(language: str = "en") -> dict[PurePosixPath, Page]:
    """Read the first page of a language, and those of its list; the English one has all.

    Raises:
        BrokenLink: the list leads to a page that is not there.
    """
    first = read_page(FIRST[language])
    follow = [target(first.path, address) for address in links(contents(first))]
    paths = dict.fromkeys([first.path, *(found.path for found in follow if found)])
    return {path: first if path == first.path else read_page(path) for path in paths}


def contents(first: Page) -> Sequence[Token]:
    """Return the list of all pages that stands on the first one of a language."""
    wanted = CONTENTS[first.language]
    at = next(i for i, token in enumerate(first.tokens) if token.content == wanted)
    rest = first.tokens[at:]
    kinds = [token.type if token.level == 0 else "" for token in rest]
    return rest[kinds.index("bullet_list_open") : kinds.index("bullet_list_close") + 1]


def target(page: PurePosixPath, address: str) -> Target | None:
    """Return where a link of a page leads; None when that is not in the repository.

    Raises:
        BrokenLink: it is nowhere. Whether a page has the anchor is not looked at.
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    place = normpath(page.parent / unquote(parts.path)) if parts.path else str(page)
    if place.startswith("..") or not (ROOT / place).is_file():
        raise BrokenLink(f"{page} leads to {address}, and there is no file {place}")
    return Target(PurePosixPath(place), unquote(parts.fragment))
