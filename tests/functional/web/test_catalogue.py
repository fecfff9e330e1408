"""Uploading, listing, editing, deleting and bringing back."""

from __future__ import annotations

import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import func, select, update
from ulid import ULID
from webtest import TestApp

from cdpsfy.models import Purge, Track, Upload, User
from cdpsfy.models.meta import now
from cdpsfy.settings import read_settings
from cdpsfy.web.services import accounts, fsck
from cdpsfy.web.services.deletion import purge_due, sweep_expired
from cdpsfy.web.tracks import connect
from tests.functional.web.person import PASSWORD
from tests.track_rows import track_row

if TYPE_CHECKING:
    from typing import Any

    from cdpsfy.database import Database
    from tests.functional.web.conftest import TrackServer
    from tests.functional.web.person import Person

DEMO = sorted(path.name for path in files("cdpsfy.demo").joinpath("tracks").iterdir())


def _count(database: Database, table: type[Any]) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("name", DEMO)
def test_what_was_uploaded_is_heard(ana: Person, name: str) -> None:
    data = files("cdpsfy.demo").joinpath("tracks", name).read_bytes()
    page = ana.browser.get(ana.upload_track(data, name))

    heard = requests.get(_audio(page), timeout=5)

    assert heard.content == data


def _audio(page: Any) -> str:
    return str(page.text.split("<audio")[1].split('src="')[1].split('"')[0])


def test_the_row_keeps_the_address_that_the_track_service_gave(
    ana: Person, song: bytes, database: Database
) -> None:
    ana.upload_track(song)

    with database.reading() as db:
        track = db.scalars(select(Track)).one()
    assert track.url.endswith(f"/tracks/{track.key}")
    assert track.sha256 == hashlib.sha256(song).hexdigest()


def test_a_file_without_tags_is_called_as_its_name(ana: Person, song: bytes) -> None:
    bare = song[song.index(b"\xff\xfb") :]

    page = ana.browser.get(ana.upload_track(bare, r"C:\music\My_song <b>.mp3"))

    page.mustcontain("My song &lt;b&gt;", no="<b>")


def test_several_files_in_one_form_are_several_tracks(ana: Person, database: Database) -> None:
    tracks = [files("cdpsfy.demo").joinpath("tracks", name).read_bytes() for name in DEMO[:3]]

    answer = ana.post(
        "/tracks",
        upload_files=[("track", name, data) for name, data in zip(DEMO, tracks, strict=False)],
        status=303,
    )

    assert answer.location.endswith("/tracks/mine")
    assert _count(database, Track) == 3


def test_the_form_sent_again_makes_one_track(ana: Person, song: bytes, database: Database) -> None:
    form = str(ULID())

    first = ana.upload(song, form=form)
    again = ana.upload(song, form=form)

    assert again.location == first.location
    assert _count(database, Track) == 1


def test_the_button_pressed_twice_at_once_makes_one_track(
    ana: Person, app: object, song: bytes, database: Database
) -> None:
    form, token, barrier = str(ULID()), ana.csrf_token(), threading.Barrier(2)

    def press(_: int) -> str:
        window = TestApp(app)
        for name, value in ana.browser.cookies.items():
            window.set_cookie(name, value.strip('"'))
        barrier.wait()
        answer = window.post(
            "/tracks",
            {"form": form, "csrf_token": token},
            upload_files=[("track", "song.mp3", song)],
            status=303,
        )
        return str(answer.location)

    with ThreadPoolExecutor(2) as pool:
        places = set(pool.map(press, range(2)))

    assert len(places) == 1
    assert _count(database, Track) == 1


def test_the_script_is_answered_in_json(ana: Person, song: bytes) -> None:
    headers = {"Accept": "application/json"}
    good = ana.post("/tracks", upload_files=[("track", "a.mp3", song)], headers=headers, status=201)
    bad = ana.post(
        "/tracks", upload_files=[("track", "a.mp3", b"<html>")], headers=headers, status=415
    )

    assert ana.browser.get(good.json["url"]).status_int == 200
    assert "HTML" in bad.json["detail"]


def test_the_track_service_down_leaves_nothing_and_one_may_try_again(
    ana: Person, song: bytes, database: Database, track_server: TrackServer
) -> None:
    form = str(ULID())
    track_server.stop()
    ana.upload(song, form=form, status=503).mustcontain("not uploaded", form)
    nothing = _count(database, Track)
    track_server.start()

    ana.upload(song, form=form)

    assert nothing == 0
    assert _count(database, Track) == 1


def test_an_upload_that_died_is_swept_after_its_lease(
    ana: Person, song: bytes, database: Database, ini: dict[str, str], track_server: TrackServer
) -> None:
    """The site died between the bytes and the row: its intent names what it left."""
    service = _service(ini)
    ulid, digest = str(ULID()), hashlib.sha256(song).hexdigest()
    with database.writing.begin() as db:
        owner = db.scalars(select(User)).one()
        db.add(Upload(ulid=ulid, key=f"{digest}-{ulid}", owner_id=owner.id, lease_until=now()))
    service.store(io.BytesIO(song), size=len(song), sha256=digest, ulid=ulid)

    with database.writing() as db:
        swept = sweep_expired(db, service)

    assert swept == 1
    assert list(track_server.driver.list()) == []
    assert _count(database, Upload) == 0
    assert "Nanas" not in ana.browser.get("/tracks")


def _service(ini: dict[str, str]) -> Any:
    return connect(read_settings(ini))


def test_a_deleted_track_comes_back(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    ana.post(address, {"_method": "delete"}, status=303)
    gone = ana.browser.get("/tracks").text

    ana.post(f"{address}/restore", status=303)

    assert "Nanas" not in gone
    ana.browser.get("/tracks").mustcontain("Nanas")


def test_the_bytes_go_when_the_grace_period_is_over(
    ana: Person, song: bytes, database: Database, ini: dict[str, str], track_server: TrackServer
) -> None:
    address = ana.upload_track(song)
    ana.post(address, {"_method": "delete"}, status=303)
    with database.writing() as db:
        early = purge_due(db, _service(ini))
        db.execute(update(Purge).values(due_at=now()))
        db.commit()

    with database.writing() as db:
        purged = purge_due(db, _service(ini))

    assert (early, purged) == (0, 1)
    assert list(track_server.driver.list()) == []
    ana.browser.get(address, status=404)


def test_a_purge_waits_while_the_track_service_is_away(
    ana: Person, song: bytes, database: Database, ini: dict[str, str], track_server: TrackServer
) -> None:
    ana.post(ana.upload_track(song), {"_method": "delete"}, status=303)
    with database.writing.begin() as db:
        db.execute(update(Purge).values(due_at=now()))
    track_server.stop()

    with database.writing() as db:
        purged = purge_due(db, _service(ini))

    assert purged == 0
    assert _count(database, Purge) == 1
    track_server.start()


def test_fsck_finds_both_kinds_of_difference(
    ana: Person, song: bytes, database: Database, ini: dict[str, str], track_server: TrackServer
) -> None:
    ana.upload_track(song)
    with database.reading() as db:
        well = list(fsck.compare(db, _service(ini)))
    (entry,) = track_server.driver.list()
    track_server.driver.delete(entry.key)
    stray = track_server.driver.put(io.BytesIO(b"stray"), "audio/mpeg")

    with database.reading() as db:
        found = {item.key: item.finding for item in fsck.compare(db, _service(ini))}

    assert well == []
    assert found == {entry.key: fsck.Finding.MISSING, stray.key: fsck.Finding.UNKNOWN}


def test_the_owner_edits_the_details(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    form = next(f for f in ana.browser.get(f"{address}/edit").forms.values() if "title" in f.fields)
    form["title"], form["year"] = "Nana  nueva", "1999"

    form.submit(status=303)

    ana.browser.get(address).mustcontain("Nana nueva", "1999")


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "x" * 10_000), ("year", "soon"), ("year", "99999999999999999999")],
)
def test_details_that_cannot_be_are_told(ana: Person, song: bytes, field: str, value: str) -> None:
    address = ana.upload_track(song)

    page = ana.post(f"{address}/edit", {"title": "Nana", field: value}, status=422)

    page.mustcontain('class="complaints"')
    ana.browser.get(address).mustcontain("Nanas para tres discos")


@pytest.mark.parametrize("suffix", ["/edit", "/restore", "?_method=delete"])
def test_anothers_track_cannot_be_changed(
    ana: Person,
    ben: Person,
    song: bytes,
    suffix: str,
) -> None:
    address = ana.upload_track(song)

    ben.post(address + suffix, {"title": "Mine now"}, status=403)

    ana.browser.get(address).mustcontain("Nanas para tres discos")


def test_an_admin_changes_anyones_track(
    ana: Person, visitor: Person, song: bytes, database: Database
) -> None:
    address = ana.upload_track(song)
    with database.writing.begin() as db:
        accounts.sign_up(db, "Root", PASSWORD, is_admin=True)
    visitor.log_in("Root")

    visitor.post(f"{address}/edit", {"title": "Better"}, status=303)

    ana.browser.get(address).mustcontain("Better")


def test_what_tags_say_is_text_and_nothing_else(ana: Person, song: bytes) -> None:
    title = b"\x03<script>alert(1)</script>\0NUL\x07"
    frame = b"TIT2" + len(title).to_bytes(4, "big") + b"\0\0" + title
    tag = b"ID3\x03\0\0\0\0\0" + bytes([len(frame)]) + frame

    page = ana.browser.get(ana.upload_track(tag + song[song.index(b"\xff\xfb") :]))

    page.mustcontain("&lt;script&gt;alert(1)&lt;/script&gt;", no="<script>alert")
    assert "\0" not in page
    assert "\x07" not in page


def test_a_page_of_the_catalogue_leads_to_the_next(ana: Person, database: Database) -> None:
    with database.writing.begin() as db:
        owner = db.scalars(select(User)).one()
        db.add_all(track_row(owner, number, title=f"Track {number:03}") for number in range(120))
    seen = []
    page = ana.browser.get("/tracks")
    while True:
        seen += page.text.split("<strong>")[1:]
        if 'rel="next"' not in page:
            break
        page = page.click(href="after=")

    assert [title[:9] for title in seen] == [
        f"Track {number:03}" for number in reversed(range(120))
    ]
