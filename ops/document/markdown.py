"""Reads Markdown as the forge does: tables, pictures in HTML, and an anchor for each heading."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_SOURCE_OF_PICTURE = re.compile(r'(?<=<img src=")[^"]+')


Lead: TypeAlias = "Callable[[str], str | None]"
"""Says where a link or a picture of a page is where it is rendered for; None: nowhere."""


class Heading(NamedTuple):
    """A heading of a page."""

    level: int
    """1 is the page's own."""
    text: str
    anchor: str


def parse(text: str) -> list[Token]:
    """Return the tokens of a page; each heading's opening one has its anchor as `id`."""
    tokens = _PARSER.parse(text)
    taken: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", _anchor(_plain(inline), taken))
    return tokens


def headings(tokens: Sequence[Token]) -> list[Heading]:
    """Return the headings of a page, in their order."""
    return [
        Heading(int(opening.tag[1:]), _plain(inline), str(opening.attrGet("id")))
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open"
    ]


def links(tokens: Sequence[Token]) -> Iterator[str]:
    """Return where the links of a page lead, and where its pictures are."""
    for token in _flat(tokens):
        for name in ("href", "src"):
            if address := token.attrGet(name):
                yield str(address)
        if token.type.startswith("html_"):
            yield from _SOURCE_OF_PICTURE.findall(token.content)


def code(tokens: Sequence[Token]) -> Iterator[str]:
    """Return what stands as code, in lines of their own and in sentences."""
    kinds = ("fence", "code_block", "code_inline")
    return (token.content for token in _flat(tokens) if token.type in kinds)


def render(tokens: Sequence[Token], lead: Lead, prefix: str = "") -> str:
    """Return the HTML of a page.

    Of a link that leads nowhere the words stay.
    prefix stands before each anchor: where pages are put together, it tells them apart.
    """
    tokens = [token.copy(attrs=dict(token.attrs)) for token in tokens]
    for token in tokens:
        if token.attrGet("id"):
            token.attrSet("id", f"{prefix}{token.attrGet('id')}")
        token.content = _lead_pictures(token, lead)
        token.children = list(_lead_all(token.children or [], lead))
    html = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return html.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )


def _lead_all(tokens: Sequence[Token], lead: Lead) -> Iterator[Token]:
    away = False
    for original in tokens:
        token = original.copy(attrs=dict(original.attrs))
        token.content = _lead_pictures(token, lead)
        if token.type == "image":
            token.attrSet("src", lead(str(token.attrGet("src"))) or "")
        elif token.type == "link_open":
            address = lead(str(token.attrGet("href")))
            away = address is None
            token.attrSet("href", address or "")
        if not (away and token.type.startswith("link_")):
            yield token
        away = away and token.type != "link_close"


def _lead_pictures(token: Token, lead: Lead) -> str:
    if not token.type.startswith("html_"):
        return token.content
    return _SOURCE_OF_PICTURE.sub(lambda found: lead(found[0]) or "", token.content)


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _plain(inline: Token) -> str:
    words = ("text", "code_inline")
    return "".join(token.content for token in inline.children or [] if token.type in words)


def _anchor(text: str, taken: Counter[str]) -> str:
    """Return the anchor that GitHub gives a heading; the second of the same has `-1` behind it."""
    anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
    taken[anchor] += 1
    return f"{anchor}-{taken[anchor] - 1}" if taken[anchor] > 1 else anchor
