"""Covers: from tags, sent with the track, changed, removed; and what becomes of the objects."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import requests
from sqlalchemy import event, select, update

from cdpsfy.models import Cover, Purge, Track, Upload, Visibility
from cdpsfy.models.meta import now
from cdpsfy.settings import read_settings
from cdpsfy.web.services import fsck
from cdpsfy.web.services.covers import SIZES, TrackDeleted, set_cover
from cdpsfy.web.services.deletion import purge_due, sweep_expired
from cdpsfy.web.tracks import connect
from tests.functional.web.front import Failure, Front
from tests.unit.pictures.samples import BLUE, JPEG, REFUSED, decoded, encoded, halves, is_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.database import Database
    from tests.functional.web.conftest import TrackServer
    from tests.functional.web.person import Person

BLUE_PNG = encoded(halves().transpose(0), "PNG")  # type: ignore[arg-type]  # mirrored


def change(person: Person, track: str, picture: bytes, status: int = 303) -> Any:
    return person.post(
        f"{track}/cover", upload_files=[("cover", "cover.jpg", picture)], status=status
    )


def large(person: Person, track: str) -> Any:
    """Return what the track's cover is, as somebody sees it who follows its address."""
    answer = person.browser.get(f"{track}/cover", status=302)
    return decoded(requests.get(answer.location, timeout=5).content)


def has_cover(person: Person, track: str) -> bool:
    return bool(person.browser.get(f"{track}/cover").status_int == 302)


def sweep_all(database: Database, ini: dict[str, str]) -> None:
    """Delete what was given up, as if ten minutes had gone."""
    with database.writing() as db:
        db.execute(update(Upload).values(lease_until=now() - timedelta(seconds=1)))
        db.commit()
        sweep_expired(db, connect(read_settings(ini)))


def differences(database: Database, ini: dict[str, str]) -> list[fsck.Finding]:
    with database.reading() as db:
        return [item.finding for item in fsck.compare(db, connect(read_settings(ini)))]


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".opus", ".flac", ".m4a"])
def test_the_picture_in_the_tags_is_the_cover(ana: Person, suffix: str) -> None:
    folder = files("cdpsfy.demo").joinpath("tracks")
    file = next(each for each in sorted(folder.iterdir(), key=str) if each.name.endswith(suffix))

    track = ana.upload_track(file.read_bytes(), file.name)

    assert large(ana, track).size == (960, 960)
    assert "/covers/" in ana.browser.get(track)


def test_every_size_is_where_the_page_and_the_player_say(
    ana: Person, song_with_picture: bytes
) -> None:
    track = ana.upload_track(song_with_picture)

    row = ana.browser.get("/tracks").html.find("img")
    told = ana.browser.get(f"{track}/ticket").json

    addresses = [row["src"], *re.findall(r"(\S+) \d+w", row["srcset"]), *told["cover"].values()]
    sizes = [decoded(requests.get(each, timeout=5).content).width for each in addresses]
    assert sizes == [96, 96, 320, 96, 320, 960]
    assert list(told["cover"]) == ["small", "medium", "large"]
    assert row["alt"] == ""
    assert row["loading"] == "lazy"
    assert set(told["art"].split()) <= set(row.parent["class"])


def test_a_picture_sent_with_the_track_comes_before_the_one_in_it(
    ana: Person, song_with_picture: bytes
) -> None:
    answer = ana.post(
        "/tracks",
        upload_files=[("track", "a.mp3", song_with_picture), ("cover", "b.png", BLUE_PNG)],
        status=303,
    )

    track = answer.location.removeprefix("http://localhost")
    assert is_like(large(ana, track).getpixel((5, 5)), BLUE)


def test_a_track_without_a_picture_has_one_drawn(ana: Person, song: bytes) -> None:
    track = ana.upload_track(song)

    picture = ana.browser.get(f"{track}/cover")
    told = ana.browser.get(f"{track}/ticket").json

    assert picture.content_type == "image/jpeg"
    assert decoded(picture.body).size == (640, 640)
    assert told["cover"] is None
    assert f'class="cover large {told["art"]}"' in ana.browser.get(track)


def test_the_owner_changes_the_cover_and_the_old_one_goes(
    ana: Person,
    song_with_picture: bytes,
    database: Database,
    ini: dict[str, str],
    track_server: TrackServer,
) -> None:
    track = ana.upload_track(song_with_picture)
    before = ana.browser.get(f"{track}/cover").location

    change(ana, track, BLUE_PNG)

    assert is_like(large(ana, track).getpixel((5, 5)), BLUE)
    # Pages that are open still show it for a while.
    assert requests.get(before, timeout=5).status_code == 200
    assert set(differences(database, ini)) == {fsck.Finding.UNFINISHED}
    sweep_all(database, ini)
    assert requests.get(before, timeout=5).status_code == 404
    assert len(list(track_server.driver.list())) == 1 + len(SIZES)
    assert differences(database, ini) == []


def test_the_owner_removes_the_cover(
    ana: Person,
    song_with_picture: bytes,
    database: Database,
    ini: dict[str, str],
    track_server: TrackServer,
) -> None:
    track = ana.upload_track(song_with_picture)

    ana.browser.get(f"{track}/edit").mustcontain("Remove cover")
    ana.post(f"{track}/cover", {"_method": "delete"}, status=303)
    again = ana.browser.delete(
        f"{track}/cover", headers={"X-CSRF-Token": ana.csrf_token()}, status=303
    )

    assert again.location.endswith(track)
    assert not has_cover(ana, track)
    assert "Remove cover" not in ana.browser.get(f"{track}/edit")
    sweep_all(database, ini)
    assert len(list(track_server.driver.list())) == 1


def test_a_cover_goes_and_comes_back_with_its_track(
    ana: Person,
    song_with_picture: bytes,
    database: Database,
    ini: dict[str, str],
    track_server: TrackServer,
) -> None:
    track = ana.upload_track(song_with_picture)
    ana.post(track, {"_method": "delete"}, status=303)
    ana.post(f"{track}/restore", status=303)
    assert has_cover(ana, track)
    ana.post(track, {"_method": "delete"}, status=303)

    with database.writing() as db:
        db.execute(update(Purge).values(due_at=now()))
        db.commit()
        service = connect(read_settings(ini))
        done = purge_due(db, service), sweep_expired(db, service)

    assert done == (1, len(SIZES))
    assert list(track_server.driver.list()) == []
    assert differences(database, ini) == []
    with database.reading() as db:
        assert db.scalars(select(Cover)).all() == []


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("svg", 415, "Choose a JPEG, a PNG or a WebP"),
        ("program", 415, "Choose a JPEG, a PNG or a WebP"),
        ("gif", 415, "Choose a JPEG, a PNG or a WebP"),
        ("bomb", 422, "25 million pixels"),
        ("cut jpeg", 422, "damaged or cut short"),
    ],
)
def test_what_cannot_be_a_cover_is_refused_with_a_reason_and_the_old_one_stays(
    ana: Person, song_with_picture: bytes, database: Database, name: str, status: int, words: str
) -> None:
    track = ana.upload_track(song_with_picture)
    before = large(ana, track).tobytes()

    change(ana, track, REFUSED[name][0], status).mustcontain(words)

    assert large(ana, track).tobytes() == before
    with database.reading() as db:
        assert db.scalars(select(Upload)).all() == []


def test_a_form_without_a_picture_is_told_so(ana: Person, song: bytes) -> None:
    track = ana.upload_track(song)

    ana.post(f"{track}/cover", status=422).mustcontain("Choose a picture first.")
    change(ana, track, b"", 422).mustcontain("Choose a picture first.")
    change(ana, track, JPEG + bytes(10 << 20), 413).mustcontain("longer than 10 MB")


def test_a_refused_picture_does_the_track_no_harm(ana: Person, song: bytes) -> None:
    parts = [("track", "a.mp3", song), ("cover", "cover.jpg", REFUSED["svg"][0])]

    page = ana.post("/tracks", upload_files=parts, status=303).follow()
    headers = {"Accept": "application/json"}
    told = ana.post("/tracks", upload_files=parts, headers=headers, status=201).json

    page.mustcontain("Nanas para tres discos", "Uploaded, but without a cover.", "Choose a JPEG")
    assert "Choose a JPEG" in told["notice"]
    assert not has_cover(ana, told["url"])


def test_a_reason_is_given_in_spanish(ana: Person, song: bytes) -> None:
    ana.browser.extra_environ["HTTP_ACCEPT_LANGUAGE"] = "es"
    track = ana.upload_track(song)

    change(ana, track, REFUSED["svg"][0], 415).mustcontain("Elige un JPEG, un PNG o un WebP.")


def test_a_stranger_may_not_touch_it_nor_see_that_of_a_private_track(
    ana: Person, ben: Person, song_with_picture: bytes, database: Database
) -> None:
    track = ana.upload_track(song_with_picture)

    change(ben, track, BLUE_PNG, 403)
    ben.post(f"{track}/cover", {"_method": "delete"}, status=403)
    assert not is_like(large(ben, track).getpixel((5, 5)), BLUE)

    with database.writing.begin() as db:
        db.execute(update(Track).values(visibility=Visibility.PRIVATE))
    assert has_cover(ana, track)
    ben.browser.get(f"{track}/cover", status=404)
    change(ben, track, BLUE_PNG, 404)


def test_a_track_that_is_deleted_meanwhile_gets_no_cover(
    ana: Person, song: bytes, database: Database, ini: dict[str, str], track_server: TrackServer
) -> None:
    track = ana.upload_track(song)
    with database.reading() as db:
        row = db.scalars(select(Track)).one()
    ana.post(track, {"_method": "delete"}, status=303)

    with database.writing() as db, pytest.raises(TrackDeleted):
        set_cover(db, connect(read_settings(ini)), row, JPEG, 60)

    change(ana, track, JPEG, 409).mustcontain("This track is deleted")
    sweep_all(database, ini)
    assert len(list(track_server.driver.list())) == 1


def test_while_storage_is_away_the_track_is_there_without_a_cover(
    ana: Person, song_with_picture: bytes, track_server: TrackServer
) -> None:
    def lose_storage(*_: object) -> None:
        track_server.driver.available = False  # type: ignore[attr-defined]

    event.listen(Track, "after_insert", lose_storage)
    try:
        page = ana.upload(song_with_picture).follow()
    finally:
        event.remove(Track, "after_insert", lose_storage)

    page.mustcontain("Nanas para tres discos", "Our storage did not answer")
    assert not has_cover(ana, page.request.path)


@pytest.fixture
def front(track_server: TrackServer) -> Iterator[Front]:
    front = Front(track_server.url)
    yield front
    front.close()


def test_an_attempt_that_failed_is_made_up_for_and_leaves_nothing_behind(
    front: Front, ana: Person, song: bytes, database: Database, ini: dict[str, str]
) -> None:
    track = ana.upload_track(song)
    service = connect(read_settings({**ini, "cdpsfy.tracks_internal_url": front.url}))
    front.failures.extend([Failure.UNANSWERED, Failure.CUT])

    with database.writing() as db:
        set_cover(db, service, db.scalars(select(Track)).one(), BLUE_PNG, 60)

    assert is_like(large(ana, track).getpixel((5, 5)), BLUE)
    sweep_all(database, ini)
    assert differences(database, ini) == []


def test_fsck_knows_each_object_of_a_cover(
    ana: Person,
    song_with_picture: bytes,
    database: Database,
    ini: dict[str, str],
    track_server: TrackServer,
) -> None:
    ana.upload_track(song_with_picture)
    assert differences(database, ini) == []
    with database.reading() as db:
        cover = db.scalars(select(Cover)).one()

    track_server.driver.delete(cover.medium)
    with database.writing.begin() as db:
        db.execute(update(Cover).values(large_size=Cover.large_size + 1))

    assert set(differences(database, ini)) == {fsck.Finding.MISSING, fsck.Finding.WRONG_SIZE}
