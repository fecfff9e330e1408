"""Operations that hang end in time, and take nobody down with them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from storage.deadline import DeadlineFiles
from storage.filesystem import FolderFiles
from tests.gluster import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.files import File

WORKERS = 3


class HangingFiles(FolderFiles):
    """A folder whose files named `hang` answer only when they are let go."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.let_go = threading.Event()
        self.opened: list[File] = []

    def open(self, path: str) -> File:
        if path == "hang":
            self.let_go.wait()
        self.opened.append(super().open(path))
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
    return DeadlineFiles(hanging, seconds=0.2, workers=WORKERS)


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

    wait_for(lambda: hanging.opened and _is_closed(hanging.opened[0]), "the file to be closed")


def _is_closed(file: File) -> bool:
    try:
        file.stat()
    except OSError:
        return True
    return False


def _answers(files: DeadlineFiles) -> bool:
    try:
        return files.exists("file")
    except (BlockingIOError, TimeoutError):
        return False
