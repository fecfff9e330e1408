from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdpsfy.web.services.search import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Canción de Cuna", ["cancion", "de", "cuna"]),
        ("Cancio\u0301n", ["cancion"]),
        ("El Niño, Mañana", ["el", "nino", "manana"]),
        ("STRASSE", ["strasse"]),
        ("Straße", ["strasse"]),
        ("Ænima", ["aenima"]),
        ("Sigur Rós \u2013 Ágætis byrjun", ["sigur", "ros", "agaetis", "byrjun"]),
        ("Bjørn Łódź Đorđe", ["bjorn", "lodz", "dorde"]),
        ("İstanbul \u0131ş\u0131k", ["istanbul", "isik"]),
        ("ΟΔΥΣΣΕΎΣ", ["οδυσσευσ"]),
        ("Ёлка", ["елка"]),
        ("ﬁn ① \uff21\uff22\uff23", ["fin", "1", "abc"]),
        ("AC/DC: R.E.M.", ["ac", "dc", "r", "e", "m"]),
        ("don't", ["don", "t"]),
        ("שָׁלוֹם", ["שלום"]),
        ("हिन्दी", ["हिन्दी"]),
        ("한국 음악", ["한국", "음악"]),
        ("ガ", ["ガ"]),
        ("❤\ufe0f", ["❤"]),
        ("\0 \x07 \u202e", []),
        ("!!! ???", []),
        ("", []),
    ],
)
def test_words_have_no_case_and_no_accents(text: str, found: list[str]) -> None:
    assert words.split(text) == found


def test_a_slug_that_is_cut_between_words_leads_where_it_comes_from() -> None:
    slug = words.slug("ß" * 99 + "a b")

    assert words.slug(slug) == slug == "s" * 198 + "a"


def _plain(parts: list[str]) -> list[str]:
    return [
        re.sub("_(....)", lambda code: chr(int(code[1], 36)), part)  # what `encode` did
        for part in parts
    ]


def test_what_has_no_spaces_is_found_by_any_two_neighbours() -> None:
    assert _plain(words.parts(["東京は夜の7時"])) == [
        "東京",
        "京は",
        "は夜",
        "夜の",
        "の",
        "7",
        "時",
    ]
    assert _plain(words.sought_parts(["夜の7時"])) == ["夜の", "7", "時"]
    assert _plain(words.sought_parts(["夜"])) == ["夜"]


def test_a_repeated_word_is_one_part() -> None:
    assert words.parts(["da", "da", "da"]) == ["da"]


@given(st.text())
def test_a_part_has_only_what_every_database_takes_for_letters(text: str) -> None:
    parts = words.parts(words.split(text))

    assert all(re.fullmatch("[a-z0-9_]{1,80}", part) for part in parts)


@given(st.text())
def test_splitting_what_was_split_changes_nothing(text: str) -> None:
    found = words.split(text)

    assert words.split(" ".join(found)) == found


@given(st.text(max_size=20), st.integers(0, 20))
def test_the_beginning_of_a_text_is_the_beginning_of_its_code(text: str, length: int) -> None:
    assert words.encode(text).startswith(words.encode(text[:length])) or not text.isascii()


@given(st.text(max_size=5), st.text(max_size=5))
def test_different_words_have_different_codes(one: str, other: str) -> None:
    one, other = (" ".join(words.split(text)) for text in (one, other))

    assert (words.encode(one) == words.encode(other)) is (one == other)
