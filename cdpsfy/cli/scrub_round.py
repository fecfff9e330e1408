"""One round of checks over all keys, which may take several runs."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from cdpsfy.cli.nagios import Status
from storage.scrub import Checked, Verdict

if TYPE_CHECKING:
    from pathlib import Path

_INTERVAL = 10.0
"""Seconds of work that a crash may cost."""


class Round:
    """Where a round stands and what it found; kept in a file when it is given one.

    The file belongs to what is checked: another volume's or brick's keys are others.
    """

    def __init__(self, subject: str, file: Path | None) -> None:
        """Begin a round, or go on with the one in the file.

        Raises:
            ClickException: the file is no round of this subject, or cannot be used.
        """
        self._subject = subject
        self._file = file
        self.after = ""
        """The last key that was checked."""
        self._found: Counter[Verdict] = Counter()
        if file is not None and file.exists():
            self._load(file)
        self.save()

    def add(self, checked: Checked) -> None:
        """Count what was found; from time to time, note it down."""
        self.after = checked.key
        self._found[checked.verdict] += 1
        if time.monotonic() - self._saved > _INTERVAL:
            self.save()

    def save(self) -> None:
        """Note down where the round stands.

        Raises:
            ClickException: the file cannot be written.
        """
        self._saved = time.monotonic()
        if self._file is None:
            return
        state = {"subject": self._subject, "after": self.after, "found": self._found}
        try:
            _write_whole(self._file, json.dumps(state))
        except OSError as error:
            raise click.ClickException(f"--state {self._file}: {error.strerror}") from error

    def finish(self) -> None:
        """Note down that the next run begins a new round."""
        if self._file is not None:
            self._file.unlink()

    @property
    def status(self) -> Status:
        """What the round means to Nagios so far."""
        if self._found[Verdict.DAMAGED]:
            return Status.CRITICAL
        if self._found[Verdict.REPAIRED] or self._found[Verdict.LEFTOVER]:
            return Status.WARNING
        return Status.OK

    def __str__(self) -> str:
        counts = (
            f"{self._found[verdict]} {verdict}" for verdict in Verdict if self._found[verdict]
        )
        return ", ".join(counts) or "nothing is there to check"

    def _load(self, file: Path) -> None:
        try:
            state = json.loads(file.read_text("utf-8"))
            subject, self.after = state["subject"], str(state["after"])
            self._found.update({Verdict(name): int(n) for name, n in state["found"].items()})
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise click.ClickException(
                f"--state {file} cannot be used ({error}); remove it to begin anew"
            ) from error
        if subject != self._subject:
            raise click.ClickException(
                f"--state {file} belongs to {subject}, not to {self._subject}; name another file"
            )


def _write_whole(path: Path, text: str) -> None:
    """Replace a file so that a crash leaves the old one or the new one."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
