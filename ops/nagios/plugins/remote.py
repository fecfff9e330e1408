"""Asks Nagios' remote executors of other machines, all at once, by Debian's check_nrpe."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple, Self

from ops.nagios.plugins.answer import Answer, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from ops.nagios.plugins.arguments import Arguments

_CHECK_NRPE = "/usr/lib/nagios/plugins/check_nrpe"
_PAUSE = 0.02
_GRACE = 0.5
"""Seconds that check_nrpe has to say that nobody answered."""


class Reply(NamedTuple):
    """What one machine answered; UNKNOWN too when it did not, or nothing runs there to ask."""

    address: str
    answer: Answer


class Question:
    """One command of several machines' nrpe.cfg, asked of all; a context manager."""

    def __init__(self, command: str, addresses: Iterable[str], port: int, timeout: float) -> None:
        """Ask; who has not answered after so many seconds is UNKNOWN."""
        self._deadline = time.monotonic() + timeout + _GRACE
        words = [_CHECK_NRPE, "-p", str(port), "-u", "-t", f"{timeout:.0f}", "-c", command]
        self._asked = {address: _start([*words, "-H", address]) for address in addresses}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for program in self._asked.values():
            program.kill()
            program.communicate()

    def replies(self) -> Iterator[Reply]:
        """Yield what each machine answers, the quickest first."""
        while self._asked:
            late = time.monotonic() > self._deadline
            for address, program in list(self._asked.items()):
                if late:
                    program.kill()
                elif program.poll() is None:
                    continue
                del self._asked[address]
                text, _ = program.communicate()
                yield Reply(address, _understood(program.returncode, text.strip()))
            time.sleep(_PAUSE)


def add_arguments(arguments: Arguments, timeout: float) -> None:
    """Declare what names a question on the command line."""
    arguments.add_argument("command", help="of the machines' nrpe.cfg")
    arguments.add_argument("addresses", nargs="+")
    arguments.add_argument("--port", type=int, required=True, help="of their remote executors")
    arguments.add_argument("--timeout", type=float, default=timeout, help="seconds")


def _start(words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _understood(code: int, line: str) -> Answer:
    if code not in list(Status):
        return Answer(Status.UNKNOWN, line or "no answer in time")
    text, _, figures = line.partition("|")
    pairs = (pair.partition("=") for pair in figures.split())
    named = {name.strip("'"): value for name, _, value in pairs}
    return Answer(Status(code), text.strip().removeprefix(f"{Status(code).name}: "), named)
