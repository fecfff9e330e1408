"""A catalogue with names as people give them: few words are frequent, and most are rare."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cdpsfy.database import Database

_SYLLABLES = [first + second for first in "bcdfglmnprstv" for second in "aeiou"]
_WORDS = 20_000
_PEOPLE = 100
_BATCH = 10_000
_SEED = 2015
_MOMENT = datetime(2015, 12, 3)  # noqa: DTZ001 - as databases have it, UTC without a zone
GENRES = ["electronic", "rock", "folk", "jazz", "reggaeton", "ambient", "hip hop", "flamenco"]


class Vocabulary:
    """Words by rank: the one of rank n is asked for and given 1 / (n + 10) times as often."""

    def __init__(self) -> None:
        random_words = random.Random(_SEED)  # noqa: S311 - names, not secrets
        drawn = {
            "".join(random_words.choices(_SYLLABLES, k=random_words.choice((1, 2, 2, 3, 3, 4))))
            for _ in range(2 * _WORDS)
        }
        self.words = random_words.sample(sorted(drawn), _WORDS)
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(_WORDS)))

    def name(self, source: random.Random, most: int) -> str:
        """Return up to most words."""
        count = source.randint(1, most)
        return " ".join(source.choices(self.words, cum_weights=self._weights, k=count)).title()


def add_named_tracks(database: Database, count: int, vocabulary: Vocabulary) -> None:
    """Add a hundred people and their tracks, to a database without rows; its schema may be old."""
    users, tracks = (
        Table(name, MetaData(), autoload_with=database.engine) for name in ("users", "tracks")
    )
    source = random.Random(_SEED)  # noqa: S311 - the same
    with database.writing.begin() as db:
        people = [vocabulary.name(source, 2) for _ in range(_PEOPLE)]
        common = {"password_hash": "-", "is_admin": False, "created_at": _MOMENT}
        rows = [
            {"id": number, "name": name, "name_key": f"{name} {number}", **common}
            for number, name in enumerate(people, 1)
        ]
        db.execute(users.insert(), rows)
        all_rows = _rows(source, vocabulary, count)
        while rows := list(islice(all_rows, _BATCH)):
            db.execute(tracks.insert(), rows)


def _rows(source: random.Random, vocabulary: Vocabulary, count: int) -> Iterator[dict[str, Any]]:
    artists = [vocabulary.name(source, 2) for _ in range(max(1, count // 50))]
    album = ""
    for number in range(count):
        if number % 10 == 0:
            album = vocabulary.name(source, 3)
        yield {
            "public_id": f"{number:012}",
            "owner_id": 1 + number % _PEOPLE,
            "key": f"{number:064x}-{number:026}",
            "url": "http://localhost",
            "size": 1,
            "sha256": f"{number:064x}",
            "form": f"{number:026}",
            "content_type": "audio/mpeg",
            "title": vocabulary.name(source, 5),
            "artist": artists[source.randrange(len(artists))],
            "album": album,
            "genre": source.choice(GENRES),
            "year": 1970 + number % 50,
            "seconds": 60 + number % 300,
            "created_at": _MOMENT,
        }
