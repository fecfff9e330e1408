"""An upload outlives its track server: the site sends it again as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from cdpsfy.models import Track, Upload
from cdpsfy.models.meta import now
from cdpsfy.settings import read_settings
from cdpsfy.web.services import fsck, sending
from cdpsfy.web.services.deletion import sweep_expired
from cdpsfy.web.tracks import connect
from tests.functional.web.front import Failure, Front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.database import Database
    from tests.functional.web.conftest import TrackServer
    from tests.functional.web.person import Person

UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"
CONFLICT = b"HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"
FULL = b"HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\n\r\n"
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def front(track_server: TrackServer) -> Iterator[Front]:
    front = Front(track_server.url)
    yield front
    front.close()


@pytest.fixture
def ini(ini: dict[str, str], front: Front) -> dict[str, str]:
    return {**ini, "cdpsfy.tracks_internal_url": front.url}


@pytest.mark.parametrize(
    "failure",
    [Failure.CLOSED, Failure.CUT, Failure.UNANSWERED, Failure.SILENT, UNAVAILABLE, CONFLICT],
)
def test_a_failed_attempt_is_made_up_for_by_the_next(
    ana: Person,
    song: bytes,
    front: Front,
    database: Database,
    track_server: TrackServer,
    ini: dict[str, str],
    failure: Failure | bytes,
) -> None:
    front.failures.append(failure)

    ana.upload(song)

    with database.writing() as db:
        track = db.scalars(select(Track)).one()
        [orphan] = db.scalars(select(Upload))
        db.execute(update(Upload).values(lease_until=now()))
        db.commit()
        sweep_expired(db, connect(read_settings(ini)))
        assert list(fsck.compare(db, connect(read_settings(ini)))) == []
    assert orphan.key != track.key
    assert orphan.key[:64] == track.key[:64]
    assert [entry.key for entry in track_server.driver.list()] == [track.key]


def test_two_failed_attempts_are_made_up_for(
    ana: Person, song: bytes, front: Front, database: Database
) -> None:
    front.failures.extend([Failure.UNANSWERED, Failure.CUT])

    ana.upload(song)

    with database.reading() as db:
        db.scalars(select(Track)).one()
        assert len(db.scalars(select(Upload)).all()) == 2


def test_after_three_attempts_the_person_is_told(
    ana: Person, song: bytes, front: Front, database: Database
) -> None:
    front.failures.extend([UNAVAILABLE] * 3)

    ana.upload(song, status=503).mustcontain("our storage did not answer")

    with database.reading() as db:
        assert db.scalars(select(Track)).all() == []
        assert len(db.scalars(select(Upload)).all()) == 3


def test_no_attempt_begins_that_could_not_end_in_time(
    ana: Person, song: bytes, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cdpsfy.web.services.uploads.PATIENCE", sending._LONGEST + 0.5)
    front.failures.extend([UNAVAILABLE] * 3)

    ana.upload(song, status=503).mustcontain("our storage did not answer")

    assert front.connections == 1


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [(FULL, 507, "our storage is full"), (FORBIDDEN, 500, "went wrong on our side")],
)
def test_what_another_server_could_not_do_either_is_not_tried_again(
    ana: Person, song: bytes, front: Front, answer: bytes, status: int, words: str
) -> None:
    front.failures.append(answer)

    ana.upload(song, status=status).mustcontain(words)

    assert front.connections == 1


def test_what_is_no_audio_is_sent_once(ana: Person, front: Front, database: Database) -> None:
    ana.upload(b"no music", status=415)

    assert front.connections == 1
    with database.reading() as db:
        assert db.scalars(select(Upload)).all() == []
