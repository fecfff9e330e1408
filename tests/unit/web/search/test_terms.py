from __future__ import annotations

from cdpsfy.web.services.search.terms import terms_of, tiers
from tests.unit.web.search.song import Song


def test_a_track_is_found_by_its_words_and_by_its_whole_title() -> None:
    song = Song("La Nana", "Tres Tigres", "", "Folk")

    assert terms_of(song, "Ana").split() == [
        "k1la__nana",
        "w1la",
        "w1nana",
        "w2tres",
        "w2tigres",
        "w4folk",
        "w5ana",
    ]


def test_a_song_without_a_word_has_no_terms() -> None:
    assert terms_of(Song("?!"), "...") == ""


def test_long_titles_with_the_same_beginning_are_told_apart() -> None:
    long = "x" * 100
    ours, theirs = (terms_of(Song(f"{long} {end}"), "Ana").split()[0] for end in "ab")

    assert ours != theirs
    assert len(ours) == len(theirs) == 82
    assert tiers(f"{long} a")[0].groups == ((ours,),)


def test_a_search_looks_for_whole_titles_first_and_for_uploaders_last() -> None:
    found = tiers("Nana tres")

    assert found[0].groups == (("k1nana__tres",),)
    assert found[1].groups == (("k1nana__tres*",),)
    assert found[2].groups == (("w1nana*",), ("w1tres*",))
    assert found[3].groups == (
        ("w2nana*", "w2tres*"),
        ("w1nana*", "w2nana*"),
        ("w1tres*", "w2tres*"),
    )
    assert len(found) == 7


def test_no_search_asks_for_more_than_a_dozen_words() -> None:
    found = tiers(" ".join(chr(97 + number % 26) * (1 + number) for number in range(100)))

    assert len(found[2].groups) == 12


def test_no_words_look_for_nothing() -> None:
    assert tiers("") == tiers('"*()') == []
