"""A real remote executor (NRPE) of one command, on an address of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from tests.components import free_port, require_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_CONFIG = """
server_address=127.0.0.1
server_port={port}
allowed_hosts=127.0.0.1
nrpe_user=nagios
nrpe_group=nagios
dont_blame_nrpe=0
command_timeout=10
pid_file={folder}/nrpe.pid
command[found]=/bin/sh {folder}/found.sh
"""


class RemoteExecutor:
    """As a context manager. It answers the command `found` with what `find` was told last.

    It becomes a user of its own, so it needs a folder that others than root may enter.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.find(0, "OK: well")

    def __enter__(self) -> Self:
        config = self._folder / "nrpe.cfg"
        config.write_text(_CONFIG.format(port=self.port, folder=self._folder))
        self._process = subprocess.Popen(
            [require_program("nrpe"), "-c", str(config), "-f"], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while not self._listens():
            assert self._process.poll() is None, "the remote executor ended"
            assert time.monotonic() < deadline, "the remote executor does not listen"
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def find(self, code: int, line: str) -> None:
        (self._folder / "found.sh").write_text(f"echo '{line}'\nexit {code}\n")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let the kernel go on taking connections, and nobody answer."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def _listens(self) -> bool:
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0
