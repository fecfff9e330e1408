"""The servers under measurement, and what they use of CPU and memory, from proc(5)."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_MEBIBYTE = 1024
"""In the unit of proc(5), which says kB and means KiB."""
_START, _STOP = 20.0, 20.0
"""Seconds that a server has to answer, and to end."""


class CannotMeasure(Exception):
    """A server does not start, or a load did not get what it asked for."""


class Server:
    """A program and all processes that it starts.

    What it prints goes to a file in folder, which an error quotes.
    """

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )

    def await_answer(self, url: str) -> None:
        """Return when the address is answered, whatever the answer says.

        Raises:
            CannotMeasure: the program ended, or is not there in time.
        """
        deadline = time.monotonic() + _START
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                requests.head(url, timeout=2)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return
        raise CannotMeasure(f"{self.name} does not answer:\n{self._log.read_text('utf-8')}")

    def cpu(self) -> float:
        """Return the CPU time of all its processes so far, of those that ended too, in seconds."""
        stats = (_read(pid, "stat") for pid in tree(self._process.pid, parents()))
        return sum(cpu_ticks(stat) for stat in stats) / _TICKS

    def memory(self) -> float:
        """Return the memory of all its processes in MiB; what they share counts once."""
        pids = tree(self._process.pid, parents())
        return sum(kibibytes("Pss", _read(pid, "smaps_rollup")) for pid in pids) / _MEBIBYTE

    def descriptors(self) -> int:
        """Return how many files and connections all its processes have open."""
        return sum(_descriptors(pid) for pid in tree(self._process.pid, parents()))

    def memory_growing(self) -> MemoryGrowth:
        """Watch its memory from now on."""
        return MemoryGrowth(tree(self._process.pid, parents()))

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._process.terminate()
        try:
            self._process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class MemoryGrowth:
    """How far the memory of some processes grew; what they once needed before is forgotten."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        for pid in pids:
            (_PROC / str(pid) / "clear_refs").write_text("5", "ascii")  # proc(5): resets VmHWM
        self._before = self._peak()

    def so_far(self) -> float:
        """Return the sum of each process's highest growth, in MiB."""
        return self._peak() - self._before

    def _peak(self) -> float:
        return sum(kibibytes("VmHWM", _read(pid, "status")) for pid in self._pids) / _MEBIBYTE


def cpu_ticks(stat: str) -> int:
    """Return the CPU time in /proc/PID/stat: of the process, and of children that it waited for.

    The name in parentheses may hold anything, spaces and parentheses too.
    """
    after_name = stat.rpartition(")")[2].split()
    return sum(map(int, after_name[11:15]))  # utime, stime, cutime, cstime


def kibibytes(field: str, text: str) -> int:
    """Return the number of a line such as `VmHWM:  1234 kB`; 0 without one, as a zombie's."""
    match = re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)
    return int(match[1]) if match else 0


def tree(root: int, parent_of: Mapping[int, int]) -> list[int]:
    """Return root and all its descendants."""
    children = [pid for pid, parent in parent_of.items() if parent == root]
    return [root, *(pid for child in children for pid in tree(child, parent_of))]


def parents() -> dict[int, int]:
    """Return the parent of every process of this machine."""
    pids = [int(path.name) for path in _PROC.iterdir() if path.name.isdecimal()]
    stats = ((pid, _read(pid, "stat")) for pid in pids)
    return {pid: int(stat.rpartition(")")[2].split()[1]) for pid, stat in stats if stat}


def _descriptors(pid: int) -> int:
    try:
        return sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _read(pid: int, file: str) -> str:
    try:
        return (_PROC / str(pid) / file).read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""  # it has just ended; who waited for it counts it
