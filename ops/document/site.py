"""Writes the document as a folder of files that lead to each other: no server is needed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from posixpath import relpath
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ops.document.markdown import render
from ops.document.pages import FIRST, ROOT, BrokenLink, Target, contents, read_document, target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from ops.document.markdown import Lead
    from ops.document.pages import Page

ALL = PurePosixPath("all.html")
"""All pages as one: to search in, and to print."""
PDF = PurePosixPath("cdpsfy.pdf")
_HERE = Path(__file__).parent
_STYLES = ("style.css", "print.css")
_TYPE = ROOT / "cdpsfy" / "web" / "static" / "vendor"
_PICTURES = {".png", ".svg"}
_DOCS = PurePosixPath("docs")
_WORDS = {
    "en": {"contents": "Contents", "here": "On this page", "all": "All on one page"},
    "es": {"contents": "Contenido", "here": "En esta página", "all": "Todo en una página"},
}


class NotTheDocuments(Exception):
    """The folder holds something else, which would be lost."""


def write_site(folder: Path) -> list[Path]:
    """Write the document into a folder, which is made anew; return its pages.

    Raises:
        BrokenLink: a page leads to a file, or to a heading, that is not there.
        NotTheDocuments: the folder holds something, and no document.
    """
    if folder.exists():
        if any(folder.iterdir()) and not (folder / ALL).exists():
            raise NotTheDocuments(f"{folder} holds what is no document: name a new or empty folder")
        shutil.rmtree(folder)
    return _Site(folder).write()


class _Site:
    """The pages by their place in the repository, and what they lead to beside each other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages = read_document()
        self._in = {language: read_document(language) for language in FIRST}
        self._shown: set[PurePosixPath] = set()
        self._templates = Environment(
            loader=FileSystemLoader(_HERE), undefined=StrictUndefined, autoescape=True
        )

    def write(self) -> list[Path]:
        written = [self._write_page(page) for page in self._pages.values()]
        written.append(self._write_all())
        for path in sorted(self._shown):
            self._show(path)
        for style in _STYLES:
            shutil.copy(_HERE / style, self._folder)
        for file in _TYPE.glob("figtree*"):
            shutil.copy(file, self._folder)
        return written

    def _write_page(self, page: Page) -> Path:
        place = _place(page.path)
        first = self._in[page.language][FIRST[page.language]]
        before, after = _neighbours(page, list(self._in[page.language].values()))
        return self._write(
            place,
            "page.html.j2",
            page=page,
            words=_WORDS[page.language],
            contents=_html(contents(first), self._lead(first, place)),
            article=_html(page.tokens, self._lead(page, place)),
            before=before and (relpath(_place(before.path), place.parent), before.title),
            after=after and (relpath(_place(after.path), place.parent), after.title),
        )

    def _write_all(self) -> Path:
        articles = [
            (
                _prefix(page.path),
                page,
                _html(page.tokens, self._lead_within(page), _prefix(page.path)),
            )
            for page in self._pages.values()
        ]
        return self._write(ALL, "all.html.j2", articles=articles)

    def _lead(self, page: Page, place: PurePosixPath) -> Lead:
        """Return what says where a link of a page leads, from its place in the site."""

        def lead(address: str) -> str:
            found = target(page.path, address)
            if found is None:
                return address
            self._require_heading(page, found, address)
            if found.path not in self._pages:
                self._shown.add(found.path)
            anchor = f"#{found.anchor}" if found.anchor else ""
            return f"{relpath(_place(found.path), place.parent)}{anchor}"

        return lead

    def _lead_within(self, page: Page) -> Lead:
        """Return the same where all pages are one: what no page is, leads nowhere on paper."""
        elsewhere = self._lead(page, ALL)

        def lead(address: str) -> str | None:
            found = target(page.path, address)
            if found is None or found.path.suffix in _PICTURES:
                return elsewhere(address)
            return f"#{_prefix(found.path)}{found.anchor}" if found.path in self._pages else None

        return lead

    def _require_heading(self, page: Page, found: Target, address: str) -> None:
        known = self._pages.get(found.path)
        if found.anchor and known and found.anchor not in {each.anchor for each in known.headings}:
            raise BrokenLink(f"{page.path} leads to {address}, which has no such heading")

    def _show(self, path: PurePosixPath) -> None:
        """Write a picture as it is, any other file as a page that shows it."""
        if path.suffix in _PICTURES:
            copy = self._folder / _place(path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy)
        else:
            text = (ROOT / path).read_text("utf-8")
            self._write(_place(path), "file.html.j2", path=path, text=text)

    def _write(self, place: PurePosixPath, template: str, **values: object) -> Path:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        up = relpath(".", place.parent)
        html = self._templates.get_template(template).render(
            up=up, all=ALL, pdf=PDF, styles=_STYLES, **values
        )
        path.write_text(html, "utf-8")
        return path


def _place(path: PurePosixPath) -> PurePosixPath:
    """Return where a file of the repository is in the site: what is in docs/ is at its top."""
    if path.is_relative_to(_DOCS):
        path = path.relative_to(_DOCS)
        if path.name == "README.md":
            return path.with_name("index.html")
    if path.suffix in _PICTURES:
        return path
    return (
        path.with_suffix(".html") if path.suffix == ".md" else path.with_name(f"{path.name}.html")
    )


def _prefix(path: PurePosixPath) -> str:
    return re.sub(r"\W", "-", str(_place(path).with_suffix(""))) + "--"


def _html(tokens: Sequence[Token], lead: Lead, prefix: str = "") -> Markup:
    return Markup(render(tokens, lead, prefix))  # noqa: S704 - the pages are our own


def _neighbours(page: Page, pages: Sequence[Page]) -> tuple[Page | None, Page | None]:
    at = next(i for i, other in enumerate(pages) if other.path == page.path)
    return (pages[at - 1] if at else None), (pages[at + 1] if at + 1 < len(pages) else None)
