"""Lets a writer (`writer.py`) work while strace makes chosen system calls fail or kill it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.components import require_program, require_root

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

_PROGRAM = Path(__file__).with_name("writer.py")
_CALL = re.compile(r"^\d+ +(?P<name>\w+)\(", re.MULTILINE)
_WAITS_WITH = "rt_sigtimedwait"
"""The call in which strace finds the child: not yet a part of its work."""


@dataclass(frozen=True)
class Outcome:
    """How an order ended."""

    answer: str | None
    """What the writer said; None when it died first."""
    killed: bool
    log: str
    """strace's lines, one per system call from the order's start to the process's end."""

    @property
    def calls(self) -> list[str]:
        """The names of the system calls, in order."""
        return [name for name in _CALL.findall(self.log) if name != _WAITS_WITH]

    @property
    def injected(self) -> list[str]:
        """The lines of the calls that strace made fail."""
        return [line for line in self.log.splitlines() if line.endswith("(INJECTED)")]


class TracedWriter:
    """A writer whose every order runs under strace. A context manager."""

    def __init__(self, log: Path) -> None:
        require_root()
        self._strace = require_program("strace")
        self._log = log

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.communicate()

    def obey(self, *order: str | Path, inject: Sequence[str] = ()) -> Outcome:
        """Run an order under faults in strace's words (strace(1), "Tampering").

        Counts (`when=`) begin with the order: the child is attached while it waits for its start.
        """
        pid = self._begin([str(word) for word in order])
        with self._attached(pid, inject) as strace:
            os.kill(pid, signal.SIGUSR1)
            answer = self._line()
            end = answer if answer.startswith("ended ") else self._line()
            strace.communicate()
        killed = end == f"ended {-signal.SIGKILL}"
        assert killed or end == "ended 0", end
        return Outcome(None if answer == end else answer, killed, self._log.read_text())

    def _begin(self, order: list[str]) -> int:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return int(self._line())

    def _attached(self, pid: int, inject: Sequence[str]) -> subprocess.Popen[str]:
        faults = [f"--inject={fault}" for fault in inject]
        strace = subprocess.Popen(
            [self._strace, "-f", "-p", str(pid), "-o", self._log, *faults],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert strace.stderr is not None
        greeting = strace.stderr.readline()
        assert "attached" in greeting, greeting
        return strace

    def _line(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().removesuffix("\n")
