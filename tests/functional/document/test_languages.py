"""The two languages say the same: twins have the same headings, links, tables, and figures."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from ops.document.markdown import code, links
from ops.document.pages import read_page, target

if TYPE_CHECKING:
    from ops.document.pages import Page

TWINS = {"docs/README.md": "docs/es/README.md", "docs/assignment.md": "docs/es/enunciado.md"}
ENGLISH = {spanish: english for english, spanish in TWINS.items()}
each_pair = pytest.mark.parametrize("pair", TWINS.items(), ids=TWINS.get)
Pair = tuple[str, str]


@each_pair
def test_twins_have_the_same_headings(pair: Pair) -> None:
    english, spanish = _read(pair)

    assert [each.level for each in english.headings] == [each.level for each in spanish.headings]


@each_pair
def test_twins_have_the_same_links_in_the_same_order(pair: Pair) -> None:
    english, spanish = _read(pair)

    assert _targets(english) == _targets(spanish)


@each_pair
def test_twins_have_tables_of_the_same_shape(pair: Pair) -> None:
    english, spanish = _read(pair)

    assert _shape(english) == _shape(spanish)


@each_pair
def test_twins_name_the_same_code(pair: Pair) -> None:
    english, spanish = (
        [_without_comments(text) for text in code(page.tokens)] for page in _read(pair)
    )

    assert english == spanish


@each_pair
def test_twins_have_the_same_figures(pair: Pair) -> None:
    english, spanish = _read(pair)

    assert _figures(_text(english)) == _figures(_in_english(_text(spanish)))


@pytest.mark.parametrize("section", ["Failover, to be seen", "Decisions, and what was measured"])
def test_each_figure_stands_on_a_page_that_its_section_leads_to(section: str) -> None:
    page = read_page(PurePosixPath("docs/README.md"))
    begin = next(i for i, token in enumerate(page.tokens) if token.content == section)
    after = [i for i, token in enumerate(page.tokens) if i > begin and token.type == "heading_open"]
    tokens = page.tokens[begin : after[0]]
    led_to = {found.path for at in links(tokens) if (found := target(page.path, at))}
    there = Counter[str]()
    for path in led_to:
        if path.suffix == ".md":
            there += _figures(_text(read_page(path)))

    rows = [token.content for token in tokens if token.type == "inline" and token.level > 2]

    assert not _figures(" ".join(rows)).keys() - there.keys()


def _read(pair: Pair) -> tuple[Page, Page]:
    english, spanish = (read_page(PurePosixPath(path)) for path in pair)
    return english, spanish


def _targets(page: Page) -> list[str]:
    """Return what a page leads to, by the English names; a heading of a twin by its place."""
    found = [target(page.path, address) or address for address in links(page.tokens)]
    return [each if isinstance(each, str) else _name(str(each.path), each.anchor) for each in found]


def _name(path: str, anchor: str) -> str:
    if path in {*TWINS, *ENGLISH}:
        if anchor:
            there = [each.anchor for each in read_page(PurePosixPath(path)).headings]
            anchor = str(there.index(anchor))
        # Each leads to the other one at its top, and both lead to both in their lists.
        path = min(path, TWINS.get(path) or ENGLISH[path])
    return f"{path.replace('.es.svg', '.svg')}#{anchor}"


def _shape(page: Page) -> list[int]:
    """Return how many cells each row of each table has, one after the other."""
    kinds = [token.type for token in page.tokens]
    rows = "".join("/" if kind == "tr_open" else "." for kind in kinds if kind in _CELLS)
    return [len(row) for row in rows.split("/")]


_CELLS = ("tr_open", "th_open", "td_open")


def _without_comments(text: str) -> str:
    return re.sub(r"\s+#.*", "", text)


def _text(page: Page) -> str:
    return " ".join(token.content for token in page.tokens if token.type == "inline")


def _figures(text: str) -> Counter[str]:
    """Return the numbers of an English text, `1,465` as `1465`, addresses of links left out."""
    said = re.sub(r"\]\([^)]*\)", "]", text)
    return Counter(re.findall(r"\d+(?:\.\d+)*", re.sub(r"(?<=\d),(?=\d{3}\b)", "", said)))


def _in_english(text: str) -> str:
    """Return a Spanish text with its figures as in `1000.5`: `10 000` and `0,5` are Spanish."""
    together = re.sub(r"(?<=\d) (?=\d{3}\b)", "", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", together)
