from __future__ import annotations

from cdpsfy.web.services.search.facets import facets_of
from tests.unit.web.search.song import Song


def test_facets_are_compared_without_case_and_accents() -> None:
    song = Song("Nana", "Ñu & Los Tigres", "AC/DC", "HIP-HOP", 1999)

    assert facets_of(song) == {
        "artist": "nu-los-tigres",
        "album": "ac-dc",
        "genre": "hip-hop",
        "year": "1999",
    }


def test_what_has_no_words_is_no_facet() -> None:
    assert facets_of(Song("Nana", "!!!")) == {}


def test_a_facet_is_as_short_as_its_column() -> None:
    longest = chr(0xFDFA) * 200  # one character of Arabic, that stands for eighteen

    assert len(facets_of(Song("Nana", longest))["artist"]) == 200
