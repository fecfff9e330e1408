"""The site killed at any point between intent and commit leaves no row without bytes."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from sqlalchemy import select
from ulid import ULID

from cdpsfy.models import Track, Upload
from cdpsfy.settings import read_settings
from cdpsfy.web.services import fsck
from cdpsfy.web.services.deletion import sweep_expired
from cdpsfy.web.tracks import connect

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from cdpsfy.database import Database
    from tests.functional.web.conftest import TrackServer
    from tests.functional.web.person import Person


def test_every_kill_leaves_at_most_one_orphan_which_is_swept(
    ana: Person,  # noqa: ARG001 - the owner
    database: Database,
    ini: dict[str, str],
    track_server: TrackServer,
    song: bytes,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    (tmp_path / "song").write_bytes(song)
    service = connect(read_settings(ini))
    uploader = _start_uploader(ini, tmp_path / "song")
    request.addfinalizer(lambda: uploader.communicate(timeout=60))
    orphans = 0
    for step in itertools.count(1):
        with database.reading() as db:
            rows = len(db.scalars(select(Track)).all())
        survived = _upload(uploader, step)

        with database.reading() as db:
            found = [item.finding for item in fsck.compare(db, service)]
            uploads = db.scalars(select(Upload)).all()
        assert set(found) <= {fsck.Finding.UNFINISHED}
        assert len(uploads) <= 1
        orphans += len(list(track_server.driver.list())) - rows > 0 and bool(uploads)
        with database.writing() as db:
            sweep_expired(db, service)
        with database.reading() as db:
            assert list(fsck.compare(db, service)) == []
            assert db.scalars(select(Upload)).all() == []
        if survived:
            break

    assert step > 10
    assert orphans > 0


def _start_uploader(ini: dict[str, str], song: Path) -> subprocess.Popen[str]:
    arguments = json.dumps({"ini": ini, "song": str(song)})
    return subprocess.Popen(
        [sys.executable, "-m", "tests.functional.web.dying_uploader", arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _upload(uploader: subprocess.Popen[str], step: int) -> bool:
    assert uploader.stdin is not None
    assert uploader.stdout is not None
    print(ULID(), step, file=uploader.stdin, flush=True)
    ended = int(uploader.stdout.readline())
    assert ended in (0, -signal.SIGKILL)
    return ended == 0
