"""The terms of a track, as every database indexes them, and which of them a search asks for.

A term is a tag and a word: `w2tigres` is "tigres" in the artist. `k1nana__nueva` is the title as a
whole. With a tag no word is too short for MariaDB, which leaves out those of less than three
characters, or one of the words that it never finds ("the", "la").
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cdpsfy.web.services.search import words

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELDS = ("title", "artist", "album", "genre", "uploader")
"""Where words are looked for, the most telling first. Tags are numbered from 1."""
MOST_WORDS = 12
LONGEST_QUERY = 200
"""Characters of it that count."""
_DIGEST = 32
_Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Which tracks are meant: of each group they have a term, and not so of each group of `unless`.

    A term that ends in `*` stands for all that begin so. Groups are never empty; `unless` may be.
    """

    groups: _Groups
    unless: _Groups = ()


class Details(Protocol):
    """What a track says of itself: its row, or some columns of it."""

    title: str
    artist: str
    album: str
    genre: str
    year: int | None


def terms_of(details: Details, uploader: str) -> str:
    """Return a track's terms, with spaces between them."""
    texts = (details.title, details.artist, details.album, details.genre, uploader)
    found = words.split(details.title)
    terms = [f"k1{_whole(found)}"] if found else []
    for number, text in enumerate(texts, 1):
        terms += [f"w{number}{part}" for part in words.parts(words.split(text))]
    return " ".join(terms)


def tiers(text: str) -> list[Match]:
    """Return what to look for, the best first; no track is in two of them.

    The title is the text; it begins with it; it has all its words, or their beginnings; it has
    them together with the artist, these with the album, with the genre, with the uploader.
    """
    found = words.split(text[:LONGEST_QUERY])
    if not found:
        return []
    sought = words.sought_parts(found)[:MOST_WORDS]
    title = f"k1{_whole(found)}"
    exact, beginning, anywhere = ((title,),), ((f"{title}*",),), _within(sought, 1)
    return [
        Match(exact),
        Match(beginning, unless=exact),
        Match(anywhere, unless=beginning),
        *(_tier(sought, number) for number in range(2, len(FIELDS) + 1)),
    ]


def same_song(title: str, artist: str) -> Match | None:
    """Return what to look for to find a title as a whole, by an artist or uploader if one is named.

    None when the title has no words.
    """
    found = words.split(title)
    if not found:
        return None
    by = words.sought_parts(words.split(artist))[:MOST_WORDS]
    return Match(((f"k1{_whole(found)}",), *((f"w2{part}*", f"w5{part}*") for part in by)))


def _tier(sought: Sequence[str], number: int) -> Match:
    # The first group is what makes the tier, and mostly the rarest; of one word it is all.
    in_this_field = tuple(f"w{number}{part}*" for part in sought)
    others = _within(sought, number) if len(sought) > 1 else ()
    return Match((in_this_field, *others), unless=_within(sought, number - 1))


def _within(sought: Sequence[str], fields: int) -> _Groups:
    return tuple(tuple(f"w{n}{part}*" for n in range(1, fields + 1)) for part in sought)


def _whole(found: list[str]) -> str:
    """Return all words as one. Of what is too long, the beginning, and a digest to tell it by."""
    code = words.encode(" ".join(found))
    if len(code) <= words.LONGEST:
        return code
    return code[: words.LONGEST - _DIGEST] + hashlib.sha256(code.encode()).hexdigest()[:_DIGEST]
