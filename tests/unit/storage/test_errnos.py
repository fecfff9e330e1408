"""An errno of the volume is one of three things: passing, no room, or away."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from storage.errnos import patiently, volume_errors
from storage.errors import Full, Unavailable
from storage.filesystem import FolderFiles

FILES = FolderFiles(Path("/srv/volume"))


class Failing:
    """A call that fails as often as it is told, and then succeeds."""

    def __init__(self, number: int, times: int) -> None:
        self.calls = 0
        self._number = number
        self._times = times

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._times:
            raise OSError(self._number, os.strerror(self._number))
        return "answer"


@pytest.mark.parametrize("number", [errno.ENOTCONN, errno.EBADFD, errno.EIO, errno.ESTALE])
def test_an_error_that_passes_is_not_noticed(number: int) -> None:
    assert patiently(Failing(number, times=1)) == "answer"


@pytest.mark.parametrize(
    ("number", "tries"), [(errno.ENOTCONN, 2), (errno.EBADFD, 2), (errno.EIO, 3)]
)
def test_an_error_that_stays_is_raised_after_a_few_tries(number: int, tries: int) -> None:
    call = Failing(number, times=100)

    with pytest.raises(OSError, match=os.strerror(number)):
        patiently(call)
    assert call.calls == tries


def test_a_file_that_stays_stale_is_a_file_that_is_gone() -> None:
    with pytest.raises(FileNotFoundError):
        patiently(Failing(errno.ESTALE, times=100))


def test_other_errors_are_not_tried_again() -> None:
    call = Failing(errno.EACCES, times=1)

    with pytest.raises(PermissionError):
        patiently(call)
    assert call.calls == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_is_full(number: int) -> None:
    with pytest.raises(Full, match="/srv/volume is full"), volume_errors(FILES):
        Failing(number, times=1)()


@pytest.mark.parametrize("number", [errno.ENOTCONN, errno.EIO, errno.EROFS, errno.ETIMEDOUT])
def test_anything_else_is_unavailable_and_names_the_volume(number: int) -> None:
    sentence = f"/srv/volume .*{os.strerror(number)}"

    with pytest.raises(Unavailable, match=sentence), volume_errors(FILES):
        Failing(number, times=1)()


@pytest.mark.parametrize("error", [FileExistsError, FileNotFoundError])
def test_whether_a_name_is_there_is_left_to_the_caller(error: type[OSError]) -> None:
    with pytest.raises(error), volume_errors(FILES):
        raise error
