"""The worker draws each track once, whatever its bytes do to the program that decodes them."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import pytest
from sqlalchemy import func, select, update

from cdpsfy.models import Peaks, Purge, Track
from cdpsfy.models.meta import now
from cdpsfy.settings import read_settings
from cdpsfy.web.services import waveforms
from cdpsfy.web.services.decoding import Decoder, Interrupted, Undecodable
from cdpsfy.web.services.deletion import purge_due
from cdpsfy.web.tracks import connect
from cdpsfy.worker import work
from tests.components import require_program

if TYPE_CHECKING:
    from pathlib import Path

    from cdpsfy.database import Database
    from tests.functional.web.conftest import TrackServer
    from tests.functional.web.person import Person


DAMAGED = b"fLaC\x80\0\0\x22" + bytes(34) + b"\xff\xf8" + bytes(5000)
"""Taken for a FLAC, as it begins like one."""


@pytest.fixture
def decoder() -> Decoder:
    return Decoder(require_program("ffmpeg"), threading.Event())


class Drawing:
    """What the worker does, one step at a time."""

    def __init__(self, database: Database, ini: dict[str, str], decoder: Decoder) -> None:
        self._database = database
        self._service = connect(read_settings(ini))
        self._decoder = decoder

    def step(self) -> bool:
        with self._database.writing() as db:
            return waveforms.draw_next(db, self._service, self._decoder)

    def make_due(self) -> None:
        """Let hours pass for those that failed."""
        with self._database.writing.begin() as db:
            db.execute(update(Peaks).where(Peaks.due_at > now()).values(due_at=now()))


@pytest.fixture
def drawing(database: Database, ini: dict[str, str], decoder: Decoder) -> Drawing:
    return Drawing(database, ini, decoder)


def test_a_track_gets_its_waveform_once(
    ana: Person, visitor: Person, song: bytes, drawing: Drawing
) -> None:
    address = ana.upload_track(song)
    visitor.browser.get(f"{address}/peaks", status=404)
    assert visitor.browser.get(f"{address}/ticket").json["peaks"] is None

    steps = [drawing.step(), drawing.step()]

    assert steps == [True, False]
    place = visitor.browser.get(f"{address}/ticket").json["peaks"]
    answer = visitor.browser.get(place)
    assert len(answer.body) == 800
    assert (min(answer.body) < 30, max(answer.body)) == (True, 127)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_the_newest_comes_first(
    ana: Person, song: bytes, drawing: Drawing, database: Database
) -> None:
    old, new = ana.upload_track(song), ana.upload_track(song)
    with database.writing.begin() as db:
        db.execute(
            update(Peaks)
            .where(Peaks.track_id == db.scalar(select(func.min(Track.id))))
            .values(due_at=now() - timedelta(days=1))
        )

    drawing.step()

    ana.browser.get(f"{new}/peaks")
    ana.browser.get(f"{old}/peaks", status=404)


def test_what_cannot_be_decoded_is_given_up_and_holds_nobody_up(
    ana: Person, song: bytes, drawing: Drawing, database: Database, track_server: TrackServer
) -> None:
    good = ana.upload_track(song)
    ana.upload_track(DAMAGED, "damaged.flac")
    lost = ana.upload_track(song)
    with database.reading() as db:
        key = db.scalars(select(Track.key).where(Track.public_id == lost[8:])).one()
    track_server.driver.delete(key)

    for _ in range(4):
        while drawing.step():
            pass
        drawing.make_due()

    ana.browser.get(f"{good}/peaks")
    ana.browser.get(f"{lost}/peaks", status=404)
    with database.reading() as db:
        given_up = select(Peaks.failures, Peaks.due_at).where(Peaks.levels.is_(None))
        assert db.execute(given_up).all() == [(3, None), (3, None)]


def test_a_track_service_that_is_away_is_no_failure_of_a_track(
    ana: Person, song: bytes, drawing: Drawing, track_server: TrackServer
) -> None:
    address = ana.upload_track(song)
    track_server.stop()
    assert not drawing.step()
    track_server.start()
    drawing.make_due()

    assert drawing.step()

    ana.browser.get(f"{address}/peaks")


def test_a_waveform_goes_with_its_track(
    ana: Person, song: bytes, drawing: Drawing, database: Database, ini: dict[str, str]
) -> None:
    drawn, other = ana.upload_track(song), ana.upload_track(song)
    while drawing.step():
        pass
    ana.post(drawn, {"_method": "delete"}, status=303)
    with database.writing() as db:
        db.execute(update(Purge).values(due_at=now()))
        db.commit()
        purge_due(db, connect(read_settings(ini)))

    with database.reading() as db:
        left = select(Track.public_id).join(Peaks, Peaks.track_id == Track.id)
        assert db.scalars(left).all() == [other[8:]]
    ana.browser.get(f"{drawn}/peaks", status=404)


def test_a_deleted_track_is_not_drawn(ana: Person, song: bytes, drawing: Drawing) -> None:
    ana.post(ana.upload_track(song), {"_method": "delete"}, status=303)

    assert not drawing.step()


def test_a_playlist_in_a_track_names_no_file(decoder: Decoder, tmp_path: Path, song: bytes) -> None:
    secret = tmp_path / "secret.mp3"
    secret.write_bytes(song)
    playlist = tmp_path / "playlist"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n")

    with playlist.open("rb") as file:
        outcome = _sound_of(decoder, file)

    assert outcome == b""


def test_the_program_can_neither_write_nor_grow(tmp_path: Path) -> None:
    greedy = _program(tmp_path, "ulimit -f; ulimit -v; ulimit -t; ulimit -c; env")

    with (tmp_path / "program").open("rb") as file:
        said = b"".join(greedy.samples(file, "audio/mpeg")).decode().split("\n")

    assert said[:4] == ["0", str(1024 * 1024), "90", "0"]
    assert not any(line.startswith("HOME=") for line in said)


def test_a_program_that_hangs_ends_with_the_worker(tmp_path: Path) -> None:
    hanging = _program(tmp_path, "exec sleep 60")
    threading.Timer(0.2, hanging._stop.set).start()

    with (tmp_path / "program").open("rb") as file, pytest.raises(Interrupted):
        list(hanging.samples(file, "audio/mpeg"))


def test_a_missing_program_is_told_once(
    database: Database,
    ini: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cdpsfy.worker.INTERVAL", 0.05)
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()

    work(database, connect(read_settings(ini)), "no-such-program", stop)

    assert caplog.text.count("the program no-such-program is not installed") == 1


def _program(folder: Path, script: str) -> Decoder:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Decoder(str(path), threading.Event())


def _sound_of(decoder: Decoder, file: BinaryIO) -> bytes:
    try:
        return b"".join(decoder.samples(file, "audio/mpeg"))
    except Undecodable:
        return b""
