from collections import Counter
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import PurePath

from tinytag import TinyTag

from cdpsfy import demo


def tags_of(track: Traversable) -> TinyTag:
    with as_file(track) as path:
        return TinyTag.get(path, image=True)


def suffix(track: Traversable) -> str:
    return PurePath(track.name).suffix


def test_there_are_twelve_tracks_in_every_accepted_format() -> None:
    formats = Counter(suffix(track) for track in demo.tracks())

    assert formats == {".mp3": 4, ".ogg": 2, ".opus": 1, ".flac": 2, ".wav": 1, ".m4a": 2}


def test_the_order_is_always_the_same() -> None:
    names = [track.name for track in demo.tracks()]

    assert names == sorted(names)


def test_every_track_says_what_it_is() -> None:
    for track in demo.tracks():
        tags = tags_of(track)

        assert all((tags.title, tags.artist, tags.album, tags.year, tags.genre)), track.name


def test_accents_survive_in_every_kind_of_tag() -> None:
    titles = {tags_of(track).title for track in demo.tracks()}

    assert {"Canción de cuna", "Eight Bits to Cádiz", "Soleá del último tren"} <= titles


def test_tracks_are_short() -> None:
    for track in demo.tracks():
        duration = tags_of(track).duration

        assert duration is not None
        assert 8 <= duration <= 30, track.name


def test_every_track_but_the_wav_carries_a_small_front_cover() -> None:
    for track in demo.tracks():
        cover = tags_of(track).images.front_cover

        if suffix(track) == ".wav":
            assert cover is None
        else:
            assert cover is not None, track.name
            assert cover.mime_type in {"image/jpeg", "image/png"}
            assert len(cover.data) <= 25_000


def test_all_of_them_weigh_no_more_than_a_song() -> None:
    assert sum(len(track.read_bytes()) for track in demo.tracks()) <= 2_500_000
