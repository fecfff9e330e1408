"""System calls that fail, by strace's hand, end in the right error and leave nothing to mistake.

Every test proves by strace's log that the fault met the call it was meant for.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from typing import TYPE_CHECKING

import pytest
from ulid import ULID

from storage.driver import BLOCK_SIZE
from storage.errors import NotFound
from storage.filesystem import FilesystemDriver
from storage.key import make_key
from tests.storage.strace import Outcome, TracedWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.faults

DATA = random.Random(3).randbytes(5 * BLOCK_SIZE // 2)  # noqa: S311 - reproducible, not secret
SHA256 = hashlib.sha256(DATA).hexdigest()
ATTEMPT = str(ULID())
KEY = make_key(SHA256, ATTEMPT)

ONCE, ALWAYS = "when=1", "when=1+"


class Volume:
    """A folder that a writer reaches through faults, and a driver without."""

    def __init__(self, folder: Path, writer: TracedWriter) -> None:
        self.driver = FilesystemDriver.from_settings({"path": str(folder)})
        self._folder = folder
        self._writer = writer

    def put(self, *faults: str) -> Outcome:
        source = self._folder.with_name("song")
        source.write_bytes(DATA)
        return self._writer.obey("put", self._folder, source, ATTEMPT, inject=faults)

    def read(self, fault: str) -> Outcome:
        return self._writer.obey("read", self._folder, KEY, inject=[fault])

    def delete(self, fault: str) -> Outcome:
        return self._writer.obey("delete", self._folder, KEY, inject=[fault])


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    folder = tmp_path / "volume"
    folder.mkdir()
    with TracedWriter(tmp_path / "strace.log") as writer:
        volume = Volume(folder, writer)
        volume.driver.initialise()
        yield volume


@pytest.mark.parametrize("when", [ONCE, ALWAYS])
@pytest.mark.parametrize(
    ("call", "error", "answer"),
    [
        ("write", "ENOSPC", "Full"),
        ("write", "EDQUOT", "Full"),
        ("write", "EIO", "Unavailable"),
        ("fsync", "ENOSPC", "Full"),
        ("fsync", "EIO", "Unavailable"),
        ("fsetxattr", "ENOSPC", "Full"),
        ("fsetxattr", "EIO", "Unavailable"),
    ],
)
def test_a_failed_put_leaves_nothing(
    volume: Volume, call: str, error: str, answer: str, when: str
) -> None:
    outcome = volume.put(f"{call}:error={error}:{when}")

    assert outcome.answer == answer
    assert f"{call}(" in outcome.injected[0]
    assert list(volume.driver.list()) == []


@pytest.mark.parametrize("fault", ["fsync:error=EIO:when=2", f"close:error=EIO:{ONCE}"])
def test_a_failure_after_the_mark_is_no_success_and_leaves_the_object_to_a_second_try(
    volume: Volume, fault: str
) -> None:
    """To remove it might take away what the second try has acknowledged by then."""
    outcome = volume.put(fault)
    left = [(entry.key, entry.committed) for entry in volume.driver.list()]
    again = volume.put()

    assert outcome.answer == "Unavailable"
    assert f"{fault.partition(':')[0]}(" in outcome.injected[0]
    assert left == [(KEY, True)]
    assert again.answer == "stored"
    with volume.driver.open(KEY) as reader:
        assert b"".join(reader.blocks()) == DATA


@pytest.mark.parametrize(
    ("error", "when"),
    [*itertools.product(["EROFS", "EMFILE", "EACCES"], ["when=2", "when=2+"]), ("EIO", "when=2+")],
)
def test_an_object_that_cannot_be_created_is_unavailable(
    volume: Volume, error: str, when: str
) -> None:
    # The first openat is the source's.
    outcome = volume.put(f"openat:error={error}:{when}")

    assert outcome.answer == "Unavailable"
    assert "O_CREAT" in outcome.injected[0]
    assert list(volume.driver.list()) == []


def test_an_object_that_cannot_be_created_at_once_is_created_a_moment_later(
    volume: Volume,
) -> None:
    outcome = volume.put("openat:error=EIO:when=2")

    assert outcome.answer == "stored"
    assert "O_CREAT" in outcome.injected[0]


def test_an_interrupted_write_is_begun_again(volume: Volume) -> None:
    outcome = volume.put(f"write:error=EINTR:{ONCE}")

    assert outcome.answer == "stored"
    assert "write(" in outcome.injected[0]
    with volume.driver.open(KEY) as reader:
        assert b"".join(reader.blocks()) == DATA


def test_what_cannot_be_removed_before_its_mark_is_a_listed_leftover(volume: Volume) -> None:
    outcome = volume.put(f"fsync:error=EIO:{ONCE}", f"unlink:error=EIO:{ALWAYS}")

    assert outcome.answer == "Unavailable"
    assert "unlink(" in outcome.injected[1]
    assert [(entry.key, entry.committed) for entry in volume.driver.list()] == [(KEY, False)]
    with pytest.raises(NotFound):
        volume.driver.open(KEY)


@pytest.mark.parametrize("when", [ALWAYS, "when=3+"])
def test_reads_that_fail_are_unavailable(volume: Volume, when: str) -> None:
    volume.put()

    outcome = volume.read(f"pread64:error=EIO:{when}")

    assert outcome.answer == "Unavailable"
    assert "pread64(" in outcome.injected[0]


@pytest.mark.parametrize("when", [ONCE, "when=3"])
def test_a_read_that_fails_once_is_read_again(volume: Volume, when: str) -> None:
    volume.put()

    outcome = volume.read(f"pread64:error=EIO:{when}")

    assert outcome.answer == SHA256
    assert "pread64(" in outcome.injected[0]


def test_an_interrupted_read_is_begun_again(volume: Volume) -> None:
    volume.put()

    outcome = volume.read(f"pread64:error=EINTR:{ONCE}")

    assert outcome.answer == SHA256
    assert "pread64(" in outcome.injected[0]


@pytest.mark.parametrize("call", ["unlink", "fsync"])
def test_a_failed_delete_is_no_success(volume: Volume, call: str) -> None:
    volume.put()

    outcome = volume.delete(f"{call}:error=EIO:{ONCE}")

    assert outcome.answer == "Unavailable"
    assert f"{call}(" in outcome.injected[0]
