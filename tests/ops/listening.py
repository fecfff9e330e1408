"""Listeners and uploaders on a machine of the lab: `python -m tests.ops.listening SETTINGS`.

SETTINGS are a driver's, as JSON. They go on until standard input ends; then every object that was
acknowledged is read once more, and each problem is printed on a line of its own.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage import open_driver
from tests.deployment import ROOT
from tests.storage.gluster.traffic import Traffic, is_right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ops.site import Site

_WRITE_PAUSE = 1.0
"""Seconds; scripts take minutes, and what is written meanwhile has to be healed or moved."""


@contextmanager
def listening(site: Site) -> Iterator[list[str]]:
    """Let people listen and upload through s1; the list has every problem once they stopped."""
    problems: list[str] = []
    command = f'cd {ROOT} && exec "$0" -m tests.ops.listening "$1"'
    process = site.s1.start("sh", "-c", command, sys.executable, json.dumps(site.settings()))
    assert process.stdout is not None
    assert process.stdout.readline() == "on\n"
    yield problems
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    problems += said.splitlines()


def main(settings: str) -> None:
    driver = open_driver(json.loads(settings))
    with Traffic(driver, write_pause=_WRITE_PAUSE) as traffic:
        print("on", flush=True)  # noqa: T201 - this is what the test waits for
        sys.stdin.read()
    problems = [*traffic.problems, *(key for key in traffic.keys if not is_right(driver, key))]
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.flush()
    os._exit(0)  # libgfapi would take its leave for seconds


if __name__ == "__main__":
    main(sys.argv[1])
