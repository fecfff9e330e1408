"""Makes the bad copies of a brick whole again, with the other replicas as witnesses."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.brick import is_link
from storage.driver import BLOCK_SIZE
from storage.errnos import volume_errors
from storage.errors import Misconfigured, NotFound, StorageError, Unavailable
from storage.layout import SENTINEL, path_of
from storage.measure import file_blocks, find_fault, measure
from storage.remark import set_missing_mark
from storage.scrub import Checked, Verdict
from storage.set_aside import set_aside
from storage.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.brick import Brick
    from storage.files import Files
    from storage.write_once import WriteOnceDriver

HEALS_WITHIN = 75.0
"""Seconds: the self-heal daemon looks every `cluster.heal-timeout`, 60 s with our options."""

_PAUSE = 1.0
"""Seconds between looks; a client remembers for as long that the name was there."""


class Repair:
    """Mends one copy after another, and never makes the volume poorer.

    Lost marks are given back through the volume, to all copies at once. A copy that is bad still is
    set aside, and Gluster makes a new one. When it was tried, these made the volume poorer, and so
    they are refused:

    - Setting copies aside of an object that can be read only by putting blocks of several copies
      together: three nodes that did it at once lost it. One replica by itself must have it whole.
    - Setting a copy aside while marks differ elsewhere: Gluster may take the attributes of any copy
      for the truth, and took the last good mark away.
    - Setting right bytes aside for their mark while another copy has wrong ones, which came back.
    - Setting a copy aside while a node is away, which leaves a single one.

    What is set aside is never removed. After a copy that did not come back whole no other one is
    touched: each would cost the volume a replica.
    """

    def __init__(
        self, brick: Brick, driver: WriteOnceDriver, *, patience: float = HEALS_WITHIN
    ) -> None:
        """Patience is how long, in seconds, a copy may take to come back.

        Raises:
            Misconfigured: the driver does not see each replica by itself, or another volume.
            Unavailable: the volume does not answer.
        """
        self._brick = brick
        self._driver = driver
        self._replicas = driver.replicas
        self._patience = patience
        self._given_up = False
        if not self._replicas:
            raise Misconfigured(
                "--repair asks each replica by itself: set storage.hosts and storage.volume"
            )
        _check_same_volume(brick, driver.files)

    def mend(self, bad: Checked) -> Checked:
        """Make a damaged copy whole where that is safe, and return what there is now."""
        if self._given_up:
            return _left(bad, "an earlier copy did not come back")
        try:
            if self._is_mended_by_marks(bad.key):
                return _mended(bad, "given back through the volume")
        except (_Refused, StorageError) as error:
            return _left(bad, str(error))
        try:
            aside = set_aside(self._brick.path, bad.key)
        except OSError as error:
            self._given_up = True
            return _left(bad, f"it cannot be set aside ({error}); that takes root")
        return self._await(bad, aside)

    def _is_mended_by_marks(self, key: str) -> bool:
        """Tell whether the copy is whole once lost marks are given back.

        Raises:
            _Refused: it is not, and to set it aside is not safe.
            StorageError: the volume does not answer.
        """
        copies = [self._look_at(files, key) for files in self._replicas]
        good = _mark_of_whole_copy(copies)
        # Gluster asks the next replica when one has no mark, so those that lost it are not seen.
        self._give_marks_back(key, good)
        if self._brick.check(key, Throttle()).verdict is Verdict.WHOLE:
            return True
        self._check_safety(key, good, copies)
        return False

    def _give_marks_back(self, key: str, value: bytes) -> None:
        files = self._driver.files
        with _not_gone(), volume_errors(files), files.open(path_of(key)) as file:
            set_missing_mark(file, value)

    def _check_safety(self, key: str, good: bytes, copies: list[_Copy]) -> None:
        wrong_marks = sum(copy.mark != good for copy in copies)
        bad_copies = sum(copy.fault is not None for copy in copies)
        if wrong_marks > (self._brick.mark(key) != good):
            raise _Refused("another copy has another mark")
        if wrong_marks and bad_copies > 1:
            raise _Refused("another copy has wrong bytes, which might replace the right ones")
        for files in self._replicas:
            self._require_all_nodes(files, key)

    def _look_at(self, files: Files, key: str) -> _Copy:
        # A replica that is away is answered for by another one: look before and after.
        self._require_all_nodes(files, key)
        with _not_gone(), volume_errors(files), files.open(path_of(key)) as file:
            measured, value = measure(file_blocks(files, file)), file.get_mark()
        self._require_all_nodes(files, key)
        return _Copy(find_fault(key, measured, value), value)

    def _require_all_nodes(self, files: Files, key: str) -> None:
        with _not_gone(), volume_errors(files):
            answering = files.copies_answering(path_of(key))
        if answering < len(self._replicas):
            raise _Refused(f"only {answering} of {len(self._replicas)} nodes answer")

    def _await(self, bad: Checked, aside: Path) -> Checked:
        start = time.monotonic()
        while (waited := time.monotonic() - start) < self._patience:
            time.sleep(_PAUSE)
            # Looking for it through the volume, Gluster notices what this brick lacks.
            if self._is_deleted(bad.key):
                return Checked(bad.key, Verdict.GONE)
            if self._is_whole(bad.key):
                return _mended(bad, f"healed after {waited:.0f} s, the bad copy is {aside}")
        self._given_up = True
        sentence = (
            f"{bad.detail}; set aside as {aside}, but no whole copy came back within "
            f"{self._patience:.0f} s; try `gluster volume heal VOLUME`; if another node has a bad "
            "copy of it, repair both nodes at the same time"
        )
        return Checked(bad.key, Verdict.DAMAGED, bad.size, sentence)

    def _is_deleted(self, key: str) -> bool:
        try:
            self._driver.stat(key)
        except NotFound:
            return True
        except StorageError:
            return False
        return False

    def _is_whole(self, key: str) -> bool:
        with suppress(StorageError):
            return self._brick.check(key, Throttle()).verdict is Verdict.WHOLE
        return False


class _Refused(Exception):
    """It is not safe to repair a copy; the message says why."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """What one replica shows of an object."""

    fault: str | None
    mark: bytes | None


@contextmanager
def _not_gone() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise _Refused("a replica does not have it at all, or not any more") from error


def _mark_of_whole_copy(copies: list[_Copy]) -> bytes:
    for copy in copies:
        if copy.fault is None and copy.mark is not None:
            return copy.mark
    faults = "; ".join(sorted({str(copy.fault) for copy in copies}))
    raise _Refused(f"no replica has it whole ({faults})")


def _check_same_volume(brick: Brick, files: Files) -> None:
    sentinel = brick.path / SENTINEL
    # A distributed volume keeps the sentinel on some of its bricks only, or a pointer to it.
    if not sentinel.is_file() or is_link(sentinel):
        return
    if sentinel.read_bytes() != _read_sentinel(files):
        raise Misconfigured(f"{brick} is no brick of {files}: their {SENTINEL} differ")


def _read_sentinel(files: Files) -> bytes:
    try:
        with volume_errors(files), files.open(SENTINEL) as file:
            return file.read_at(0, BLOCK_SIZE)
    except FileNotFoundError as error:
        raise Unavailable(f"{files} holds no {SENTINEL}: it is not mounted") from error


def _mended(bad: Checked, how: str) -> Checked:
    return Checked(bad.key, Verdict.REPAIRED, bad.size, f"{bad.detail}; {how}")


def _left(bad: Checked, reason: str) -> Checked:
    return Checked(bad.key, Verdict.DAMAGED, bad.size, f"{bad.detail}; left as it is: {reason}")
