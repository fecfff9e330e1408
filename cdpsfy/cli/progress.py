"""How far a walk over all keys has come: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from types import TracebackType

_STEPS = 0x10000
_INTERVAL = 60.0
"""Seconds between two lines."""


class Progress:
    """Speaks on standard error, so that standard output holds the findings alone.

    Keys begin with a digest, so they are spread evenly, and a key by itself says how much of the
    walk is done. Nobody has to count the objects first.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._done = self._objects = self._bytes = 0
        self._spoke = time.monotonic()
        self._bar = (
            click.progressbar(length=_STEPS, label=label, file=sys.stderr)
            if sys.stderr.isatty()
            else None
        )

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            self._advance(_STEPS)
        if self._bar is not None:
            self._bar.__exit__(exc_type, exc, traceback)
        self._speak()

    def at(self, key: str, size: int) -> None:
        """Say that the walk has come to key, an object of size bytes."""
        self._objects += 1
        self._bytes += size
        self._advance(int(key[:4], 16))
        if self._bar is None and time.monotonic() - self._spoke > _INTERVAL:
            self._speak()

    def say(self, sentence: str) -> None:
        """Print a finding, on a line of its own even below a bar."""
        if self._bar is not None:
            click.echo("\r\x1b[K", err=True, nl=False)
        click.echo(sentence)
        if self._bar is not None:
            self._bar.render_progress()

    def _advance(self, done: int) -> None:
        if self._bar is not None:
            self._bar.update(done - self._done)
        self._done = done

    def _speak(self) -> None:
        self._spoke = time.monotonic()
        percent, size = 100 * self._done // _STEPS, self._bytes / 1024**3
        click.echo(f"{self._label}: {percent} %, {self._objects} objects, {size:.1f} GiB", err=True)
