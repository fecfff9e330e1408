"""What is drawn for tracks without a cover."""

from __future__ import annotations

import re

from cdpsfy.pictures.art import SIDE, Art
from tests.functional.web.conftest import ROOT
from tests.unit.pictures.samples import decoded

NAMES = [f"name{number:08}" for number in range(2000)]


def test_a_name_has_always_the_same_picture() -> None:
    assert Art.of("abcDEF123456") == Art("bands", 5, mirrored=False)


def test_names_have_pictures_of_all_kinds() -> None:
    assert len({Art.of(name) for name in NAMES}) == 6 * 12 * 2


def test_a_file_of_it_is_a_picture() -> None:
    for shape in {Art.of(name).shape for name in NAMES}:
        image = decoded(Art(shape, 3, mirrored=False).jpeg())

        assert (image.format, image.size) == ("JPEG", (SIDE, SIDE))
        assert len(image.getcolors(SIDE * SIDE) or []) > 3


def test_the_style_sheet_draws_every_one() -> None:
    styles = (ROOT / "cdpsfy/web/static/covers.css").read_text("utf-8")
    known = set(re.findall(r"\.(art-?\w*|mirrored)", styles))

    used = {word for name in NAMES for word in Art.of(name).classes().split()}

    assert used == known
