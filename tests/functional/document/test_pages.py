"""Links lead somewhere, pages are found, and what is said twice is the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ops import manifest
from ops.document.machines import MARKS, table
from ops.document.markdown import links
from ops.document.pages import FIRST, ROOT, BrokenLink, read_document, read_page, target
from ops.marked_page import around_marks
from ops.topology import read_topology
from tests.functional.document.words import all_pages

if TYPE_CHECKING:
    from pathlib import PurePosixPath

OPERATIONS = ROOT / "docs" / "operations.md"
every_page = pytest.mark.parametrize("page", all_pages(), ids=str)


@every_page
def test_every_link_leads_to_a_file_and_a_heading(page: PurePosixPath) -> None:
    targets = [
        found for address in links(read_page(page).tokens) if (found := target(page, address))
    ]

    lost = [
        found
        for found in targets
        if found.anchor
        and found.anchor not in {each.anchor for each in read_page(found.path).headings}
    ]

    assert not lost


def test_a_link_to_nothing_is_told_by_name() -> None:
    with pytest.raises(BrokenLink, match=r"docs/README\.md leads to no\.md"):
        target(FIRST["en"], "no.md")


@every_page
def test_every_page_begins_with_its_title(page: PurePosixPath) -> None:
    levels = [each.level for each in read_page(page).headings]

    assert levels[0] == 1
    assert levels.count(1) == 1


def test_every_page_is_in_the_document() -> None:
    assert set(read_document()) == set(all_pages())


@pytest.mark.parametrize("language", FIRST)
def test_the_tables_of_machines_are_those_of_the_topology(language: str) -> None:
    page = ROOT / FIRST[language]
    before, after = around_marks(page, MARKS)
    text = page.read_text("utf-8")[len(before) : -len(after)]

    assert text == f"<!-- {MARKS} -->\n{table(read_topology(), language)}<!-- end of {MARKS} -->"


def test_the_table_of_operations_names_each_package_and_unit() -> None:
    topology = read_topology()
    everywhere = _row("all")

    for machine in topology.serving(*manifest.PACKAGES):
        words = set(re.findall(r"[\w.-]+", f"{_row(machine.name)} {everywhere}"))
        wanted = {*manifest.packages(machine), *manifest.services(machine)}
        assert wanted <= words, machine.name


def _row(machine: str) -> str:
    lines = OPERATIONS.read_text("utf-8").splitlines()
    rows = [line for line in lines if re.match(rf"\| (\w+, )*{machine}\b", line)]
    assert len(rows) == 1
    return rows[0]
