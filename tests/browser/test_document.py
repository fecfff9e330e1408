"""The document, made and shown by the programs that make and show it: Graphviz and Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from ops.document.drawings import CannotDraw, draw
from ops.document.pages import read_document
from ops.document.paper import CannotPrint, print_page
from ops.document.site import ALL, PDF, write_site
from tests.components import require_program

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("document") / "site"
    write_site(folder)
    return folder


def test_the_pdf_has_every_page_and_an_outline(site: Path) -> None:
    require_program("chromium")

    print_page(site / ALL, site / PDF)

    pdf = PdfReader(site / PDF)
    titles = {page.title for page in read_document().values()}
    assert titles <= {entry.title for entry in pdf.outline if isinstance(entry, Destination)}
    contents = "".join(pdf.pages[0].extract_text().split())
    assert not [title for title in titles if "".join(title.split()) not in contents]
    assert len(pdf.pages) > len(titles)


def test_what_cannot_be_printed_is_told(tmp_path: Path) -> None:
    require_program("chromium")

    with pytest.raises(CannotPrint, match="chromium made no"):
        print_page(tmp_path / "no.html", tmp_path / "no" / "no.pdf")


def test_a_text_becomes_a_drawing() -> None:
    require_program("dot")

    assert ">nas1<" in draw("graph { a [label=nas1] }")


def test_a_text_that_is_none_is_told() -> None:
    require_program("dot")

    with pytest.raises(CannotDraw, match="syntax error"):
        draw("graph {")


def test_no_page_is_wider_than_a_narrow_phone(site: Path, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    wide = []

    for file in sorted(site.rglob("*.html")):
        page.goto(file.as_uri())
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(file.name)

    context.close()
    assert not wide
