"""Sites that are killed at their Nth step between intent and commit: `dying_uploader.py JSON`.

A step is every statement and every commit of the database, and every request to the track service,
before and after it. For each line of input, a form and a step, it prints how a site of its own
ended: -9 when it was killed, 0 when it outlived all of its steps.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from cdpsfy.database import open_database
from cdpsfy.models import User
from cdpsfy.settings import read_settings
from cdpsfy.web.services.uploads import Received, create_track
from cdpsfy.web.tracks import connect


def main(ini: dict[str, str], song: Path) -> None:
    for line in sys.stdin:
        form, last_step = line.split()
        # A copy of this process, which has nothing open yet: to start one takes seconds.
        site = os.fork()
        if not site:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # its log is no answer
            upload(ini, song, form, int(last_step))
            return
        print(os.waitstatus_to_exitcode(os.waitpid(site, 0)[1]), flush=True)  # noqa: T201 - for the test


def upload(ini: dict[str, str], song: Path, form: str, last_step: int) -> None:
    steps = itertools.count(1)

    def step(*_: Any, **__: Any) -> None:
        if next(steps) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    database, service = open_database(ini), connect(read_settings(ini))
    with database.reading() as db:
        owner = db.scalars(select(User)).one()
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(database.engine, name, step)
    ask = service._ask

    def traced(*arguments: Any, **options: Any) -> Any:
        step()
        answer = ask(*arguments, **options)
        step()
        return answer

    service._ask = traced  # type: ignore[method-assign]
    with database.writing() as db:
        create_track(db, service, owner, Received(BytesIO(song.read_bytes()), "a.mp3", form), 0)


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    main(arguments["ini"], Path(arguments["song"]))
