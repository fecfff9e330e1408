"""Operations that hang end in time, and take nobody down with them."""

from __future__ import annotations

import errno
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from storage.deadline import DeadlineFiles
from storage.files import File
from storage.filesystem import FolderFiles
from tests.gluster import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.files import FileStat

WORKERS = 3


class HangingFile(File):
    """A file of which one operation, named by `hangs`, answers only when it is let go."""

    def __init__(self, file: File, let_go: threading.Event) -> None:
        self._file = file
        self._let_go = let_go
        self.hangs = ""
        self.closed = 0

    def write(self, block: bytes) -> None:
        self._file.write(block)

    def read_at(self, offset: int, size: int) -> bytes:
        self._wait("read_at")
        return self._file.read_at(offset, size)

    def sync(self) -> None:
        self._file.sync()

    def set_mark(self, value: bytes) -> None:
        self._file.set_mark(value)

    def get_mark(self) -> bytes | None:
        return self._file.get_mark()

    def stat(self) -> FileStat:
        if self.hangs == "stat":
            raise TimeoutError(errno.ETIMEDOUT, "the volume's own words")
        return self._file.stat()

    def close(self) -> None:
        self.closed += 1
        self._wait("close")
        self._file.close()

    def _wait(self, operation: str) -> None:
        if self.hangs == operation:
            self._let_go.wait()


class HangingFiles(FolderFiles):
    """A folder whose files named `hang` answer only when they are let go."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.let_go = threading.Event()
        self.opened: list[HangingFile] = []

    def open(self, path: str) -> File:
        if path == "hang":
            self.let_go.wait()
        self.opened.append(HangingFile(super().open(path), self.let_go))
        return self.opened[-1]

    def exists(self, path: str) -> bool:
        if path == "hang":
            self.let_go.wait()
        return super().exists(path)


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[HangingFiles]:
    (tmp_path / "hang").write_bytes(b"late")
    (tmp_path / "file").write_bytes(b"music")
    files = HangingFiles(tmp_path)
    yield files
    files.let_go.set()


@pytest.fixture
def files(hanging: HangingFiles) -> DeadlineFiles:
    return DeadlineFiles(hanging, seconds=0.2, workers=WORKERS, patience=0.1)


def test_what_answers_is_passed_through(files: DeadlineFiles) -> None:
    file = files.open("file")

    assert file.read_at(1, 3) == b"usi"
    assert file.stat().size == 5
    file.close()


def test_an_error_is_passed_through(files: DeadlineFiles) -> None:
    with pytest.raises(FileNotFoundError):
        files.open("absent")


def test_what_hangs_ends_in_time(files: DeadlineFiles) -> None:
    with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s"):
        files.exists("hang")


def test_others_are_answered_while_some_hang(files: DeadlineFiles) -> None:
    for _ in range(WORKERS - 1):
        with pytest.raises(TimeoutError):
            files.exists("hang")

    assert files.exists("file")


def test_when_too_many_hang_one_more_fails_at_once(
    files: DeadlineFiles, hanging: HangingFiles
) -> None:
    for _ in range(WORKERS):
        with pytest.raises(TimeoutError):
            files.exists("hang")

    with pytest.raises(BlockingIOError, match="3 operations already wait"):
        files.exists("file")
    hanging.let_go.set()
    wait_for(lambda: _answers(files), "the stalled operations to come back")


def test_a_file_opened_too_late_is_closed(files: DeadlineFiles, hanging: HangingFiles) -> None:
    with pytest.raises(TimeoutError):
        files.open("hang")
    hanging.let_go.set()

    wait_for(lambda: hanging.opened and hanging.opened[0].closed == 1, "the file to be closed")


def test_a_file_that_stalled_is_closed_once_it_is_let_go_and_answers_nothing_more(
    files: DeadlineFiles, hanging: HangingFiles
) -> None:
    file = files.open("file")
    hanging.opened[0].hangs = "read_at"

    with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s"):
        file.read_at(0, 5)
    with pytest.raises(TimeoutError, match="an earlier operation on the file has no answer yet"):
        file.stat()
    file.close()
    assert hanging.opened[0].closed == 0

    hanging.let_go.set()
    wait_for(lambda: hanging.opened[0].closed == 1, "the file to be closed")


def test_a_closing_that_stalled_is_not_done_twice(
    files: DeadlineFiles, hanging: HangingFiles
) -> None:
    """Its number may be another file's by then."""
    file = files.open("file")
    hanging.opened[0].hangs = "close"

    with pytest.raises(TimeoutError):
        file.close()
    hanging.let_go.set()
    wait_for(lambda: _answers(files), "the stalled operation to come back")

    assert hanging.opened[0].closed == 1


def test_a_file_is_closed_however_many_operations_hang(
    files: DeadlineFiles, hanging: HangingFiles
) -> None:
    file = files.open("file")
    for _ in range(WORKERS):
        with pytest.raises(TimeoutError):
            files.exists("hang")

    file.close()

    assert hanging.opened[0].closed == 1


def test_a_timeout_of_the_volume_itself_does_not_end_the_file(
    files: DeadlineFiles, hanging: HangingFiles
) -> None:
    file = files.open("file")
    hanging.opened[0].hangs = "stat"

    with pytest.raises(TimeoutError, match="the volume's own words"):
        file.stat()

    assert file.read_at(0, 5) == b"music"
    assert hanging.opened[0].closed == 0


def test_many_at_once_wait_for_their_turn(hanging: HangingFiles) -> None:
    files = DeadlineFiles(hanging, workers=WORKERS, patience=5)

    with ThreadPoolExecutor(8 * WORKERS) as pool:
        found = list(pool.map(lambda _: files.exists("file"), range(200)))

    assert all(found)


def test_closed_it_lets_its_threads_go(files: DeadlineFiles) -> None:
    before = set(threading.enumerate())
    files.exists("file")
    (thread,) = set(threading.enumerate()) - before

    files.close()
    thread.join(5)

    assert not thread.is_alive()


def _answers(files: DeadlineFiles) -> bool:
    try:
        return files.exists("file")
    except (BlockingIOError, TimeoutError):
        return False
