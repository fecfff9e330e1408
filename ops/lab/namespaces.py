"""Sets of Linux namespaces that outlive the command which made them, and are found again by it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from pathlib import Path

HOLD = "echo ready; exec >/dev/null; while :; do sleep infinity & wait; done"
"""As process 1 a shell that waits also takes the exit codes of orphans."""


class Namespaces:
    """Namespaces that last as long as their first process; folder remembers which one it is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "pid"
        self._started: subprocess.Popen[str] | None = None
        """What started them, if this object did; it ends with them."""

    def start(
        self, kinds: list[str], script: list[str], *, hold: str = HOLD, tied: bool = False
    ) -> None:
        """Run a script in a new network namespace and others of these kinds, to its end.

        kinds are options of unshare. hold is what the first process is then: a line of shell that
        first says `ready`. When tied, all of it ends with the process that calls this, however that
        one ends.

        Raises:
            RuntimeError: the script failed.
        """
        # PR_SET_PDEATHSIG survives exec, and --kill-child hands the death on to process 1.
        tie = ["setpriv", "--pdeathsig", "KILL"] if tied else []
        log = self._file.with_name("boot.log")
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [
                    *(*tie, "unshare", "--net", "--fork", "--kill-child", *kinds),
                    *("sh", "-c", f'"$@" >&2 || exit 1\n{hold}', "machine", *script),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        with process.stdout:
            if process.stdout.readline() != "ready\n":
                process.kill()
                process.wait()
                said = log.read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"{self._file.parent.name} does not start: {said}")
        first = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
        self._file.write_text(f"{first} {born(first)}\n")
        self._started = process

    @property
    def first_process(self) -> int | None:
        """The first process, by its number outside; None when it is gone."""
        try:
            pid, birth = self._file.read_text().split()
        except FileNotFoundError:
            return None
        return int(pid) if born(int(pid)) == birth else None

    def inside(self, kinds: str) -> list[str]:
        """Return the start of a command that runs in these namespaces, by nsenter's letters."""
        options = [f"-{kind}" for kind in kinds]
        return ["nsenter", f"--target={self.first_process}", *options, "--"]

    def end(self) -> None:
        """Kill the first process, and with it all others; return when they are gone."""
        if (pid := self.first_process) is None:
            return
        end = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        # Process 1 ends last, when all others have.
        select.select([end], [], [])
        os.close(end)
        self._file.unlink()
        if self._started is not None:
            self._started.wait()
            self._started = None


def born(pid: int) -> str:
    """Return when a process was started, by the kernel's clock: numbers are used again."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def is_stopped(pid: int) -> bool:
    """Tell whether a process is stopped by a signal."""
    return _stat(pid)[:1] == ["T"]


def _stat(pid: int) -> list[str]:
    """Return the fields of proc(5)'s `stat` from the third on, the state; none if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def check(command: list[str], stdin: str = "") -> str:
    """Run a command; return what it said.

    Raises:
        RuntimeError: it failed; the message is what it said.
    """
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout
