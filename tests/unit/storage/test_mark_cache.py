"""The memory of marks is bounded, and forgets when told."""

from __future__ import annotations

from storage.mark import Mark
from storage.mark_cache import MarkCache

MARK = Mark(0, "audio/mpeg", ())
OTHER = Mark(0, "audio/ogg", ())


def test_a_mark_is_remembered() -> None:
    cache = MarkCache()

    cache.add("song", MARK)

    assert cache.get("song") is MARK


def test_a_mark_never_seen_is_none() -> None:
    assert MarkCache().get("song") is None


def test_a_forgotten_mark_is_none() -> None:
    cache = MarkCache()
    cache.add("song", MARK)
    cache.add("other", OTHER)

    cache.forget("song")

    assert cache.get("song") is None
    assert cache.get("other") is OTHER


def test_forgetting_what_was_never_known_does_nothing() -> None:
    MarkCache().forget("song")


def test_beyond_its_capacity_the_oldest_goes() -> None:
    cache = MarkCache(capacity=2)

    for key in ("first", "second", "third"):
        cache.add(key, MARK)

    assert [cache.get(key) for key in ("first", "second", "third")] == [None, MARK, MARK]


def test_the_one_used_last_stays() -> None:
    cache = MarkCache(capacity=2)
    cache.add("first", MARK)
    cache.add("second", MARK)

    cache.get("first")
    cache.add("third", MARK)

    assert cache.get("first") is MARK
    assert cache.get("second") is None
