"""A program writes its part of a page, and leaves the rest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.marked_page import NoMarks, put_into

if TYPE_CHECKING:
    from pathlib import Path


def test_new_text_takes_the_place_of_what_stood_there(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- chaos -->\nold\n<!-- end of chaos -->\nAfter.\n")

    put_into(page, "chaos", "new\n")

    assert page.read_text() == "Before.\n<!-- chaos -->\nnew\n<!-- end of chaos -->\nAfter.\n"


def test_a_page_without_marks_stays_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Something else.\n")

    with pytest.raises(NoMarks, match="has no marks"):
        put_into(page, "chaos", "new\n")

    assert page.read_text() == "Something else.\n"


def test_marks_of_another_name_are_none(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- chaos -->\nold\n<!-- end of chaos -->\n")

    with pytest.raises(NoMarks, match="has no marks"):
        put_into(page, "bench", "new\n")

    assert page.read_text() == "<!-- chaos -->\nold\n<!-- end of chaos -->\n"
