"""A writer killed at any system call leaves a whole object, a listed leftover, or nothing.

strace delivers SIGKILL as the process enters a call, and the kernel then leaves that call undone
(seen: no file after a kill at its openat). So the kill at one call is the kill after the effect of
the call before it; the kill at exit_group is the one after the last. One pass over all calls meets
every state in which the process can leave the volume between two calls.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

import pytest
from ulid import ULID

from storage.driver import BLOCK_SIZE
from storage.errors import NotFound
from storage.filesystem import FilesystemDriver
from storage.key import make_key
from tests.storage.strace import Outcome, TracedWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.faults

DATA = random.Random(2).randbytes(5 * BLOCK_SIZE // 2)  # noqa: S311 - reproducible, not secret
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "song"
    source.write_bytes(DATA)
    return source


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    volume = tmp_path / "volume"
    volume.mkdir()
    fresh_driver(volume).initialise()
    return volume


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TracedWriter]:
    with TracedWriter(tmp_path / "strace.log") as writer:
        yield writer


def fresh_driver(volume: Path) -> FilesystemDriver:
    """Return a driver that remembers nothing, as after a restart."""
    return FilesystemDriver.from_settings({"path": str(volume)})


@pytest.mark.parametrize("way", ["put", "give"])
def test_a_put_killed_at_any_call_leaves_nothing_partial_to_read(
    writer: TracedWriter, source: Path, volume: Path, way: str
) -> None:
    seen = set()

    def put(*fault: str) -> Outcome:
        ulid = str(ULID())
        outcome = writer.obey(way, volume, source, ulid, inject=fault)
        found = what_is_there(volume, make_key(SHA256, ulid))
        assert found == "whole" or not outcome.answer
        seen.add(found)
        return outcome

    points, calls = kill_everywhere(put)

    print(f"{way}: killed at {points.total()} points: {dict(points)}")  # noqa: T201 - evidence
    assert points >= calls
    assert seen == {"absent", "leftover", "whole"}


def test_a_delete_killed_at_any_call_leaves_the_whole_object_or_nothing(
    writer: TracedWriter, source: Path, volume: Path
) -> None:
    seen = set()

    def delete(*fault: str) -> Outcome:
        with source.open("rb") as file:
            key = fresh_driver(volume).put(file, "audio/mpeg").key
        outcome = writer.obey("delete", volume, key, inject=fault)
        found = what_is_there(volume, key)
        assert found == "absent" or not outcome.answer
        seen.add(found)
        return outcome

    points, calls = kill_everywhere(delete)

    print(f"delete: killed at {points.total()} points: {dict(points)}")  # noqa: T201 - evidence
    assert points >= calls
    assert seen == {"absent", "whole"}


def kill_everywhere(run: Callable[..., Outcome]) -> tuple[Counter[str], Counter[str]]:
    """Run once undisturbed, then killed at the 1st, 2nd, … call of each name until it survives.

    Returns the kills that happened and the calls of the undisturbed run, both by name.
    """
    calls, points = Counter(run().calls), Counter[str]()
    for name in calls:
        for nth in count(1):
            if not run(f"{name}:signal=KILL:when={nth}").killed:
                break
            points[name] += 1
    return points, calls


def what_is_there(volume: Path, key: str) -> str:
    """Return `whole`, `leftover` or `absent`, and remove it; anything else is a broken promise."""
    driver = fresh_driver(volume)
    listed = [(entry.key, entry.committed) for entry in driver.list()]
    try:
        with driver.open(key) as reader:
            digest = hashlib.sha256(b"".join(reader.blocks())).hexdigest()
    except NotFound:
        if not listed:
            return "absent"
        assert listed == [(key, False)]
        driver.delete(key)
        return "leftover"
    assert listed == [(key, True)]
    assert digest == SHA256
    driver.delete(key)
    return "whole"
