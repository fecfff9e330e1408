"""The site that `make docs` writes: whole by itself, each link in it leads to what is there."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from ops.document.site import ALL, PDF, NotTheDocuments, write_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Html(HTMLParser):
    """What a page has: anchors, where it leads, what it loads, and its title and language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.attributes.append(given)
        if anchor := given.get("id"):
            self.anchors.append(anchor)
        if address := given.get("href"):
            (self.loads if tag == "link" else self.leads).append(address)
        if address := given.get("src"):
            self.loads.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("document") / "site"
    write_site(folder)
    return folder


def test_every_link_in_the_site_leads_somewhere(site: Path) -> None:
    lost = [(page.name, address) for page, address in _leads(site) if not _is_there(page, address)]

    assert not lost


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loaded = [(page, address) for page in site.rglob("*.html") for address in _read(page).loads]

    assert loaded
    assert not [address for _, address in loaded if urlsplit(address).scheme]
    assert not [address for page, address in loaded if not (page.parent / address).is_file()]


def test_no_script_is_needed(site: Path) -> None:
    assert not [page for page in site.rglob("*.html") if "script" in _read(page).tags]


def test_every_anchor_is_there_once(site: Path) -> None:
    for page in site.rglob("*.html"):
        anchors = _read(page).anchors
        assert len(anchors) == len(set(anchors)), page


def test_a_page_has_a_title_a_language_and_neighbours(site: Path) -> None:
    page = (site / "es" / "enunciado.html").read_text("utf-8")

    assert "<title>El enunciado, punto por punto · CDPSfy</title>" in page
    assert '<html lang="es">' in page
    assert '<a rel="prev" href="index.html">← El documento</a>' in page
    assert '<a rel="next" href="../architecture.html">Architecture →</a>' in page


def test_the_first_page_has_no_page_before_it(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")

    assert 'rel="prev"' not in page
    assert '<a rel="next" href="assignment.html">' in page


def test_a_file_that_a_page_names_can_be_read(site: Path) -> None:
    assert "[machines]" in (site / "ops" / "topology.ini.html").read_text("utf-8")


def test_the_one_long_page_has_them_all(site: Path) -> None:
    anchors = _read(site / ALL).anchors

    assert {"index--", "es-index--", "ops-nagios-README--"} <= set(anchors)
    assert "architecture--the-rules" in anchors


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()

    with pytest.raises(NotTheDocuments, match="name a new or empty folder"):
        write_site(tmp_path)

    assert (tmp_path / "mine").exists()


def test_what_an_earlier_document_left_is_gone(site: Path, tmp_path: Path) -> None:
    for name in (ALL, "old.html"):
        (tmp_path / name).touch()

    write_site(tmp_path)

    assert not (tmp_path / "old.html").exists()
    assert len(list(tmp_path.rglob("*.html"))) == len(list(site.rglob("*.html")))


def _leads(site: Path) -> Iterator[tuple[Path, str]]:
    return ((page, address) for page in site.rglob("*.html") for address in _read(page).leads)


def _is_there(page: Path, address: str) -> bool:
    parts = urlsplit(address)
    path = page.parent / unquote(parts.path) if parts.path else page
    if parts.scheme or path.name == str(PDF):
        return True
    if not path.is_file():
        return False
    return not parts.fragment or unquote(parts.fragment) in _read(path).anchors


_parsed: dict[Path, Html] = {}


def _read(page: Path) -> Html:
    place = page.resolve()
    if place not in _parsed:
        _parsed[place] = Html(place.read_text("utf-8"))
    return _parsed[place]
