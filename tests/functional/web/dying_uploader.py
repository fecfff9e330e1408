"""A site that is killed at its Nth step between intent and commit: `dying_uploader.py JSON N`.

A step is every statement and every commit of the database, and every request to the track service,
before and after it. It prints "done" when it outlived them all.
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


def main(ini: dict[str, str], song: Path, form: str, last_step: int) -> None:
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
    print("done")  # noqa: T201 - read by the test


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    main(arguments["ini"], Path(arguments["song"]), arguments["form"], int(sys.argv[2]))
