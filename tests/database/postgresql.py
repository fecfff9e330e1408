"""A real PostgreSQL in a folder of its own, which can die, freeze and come back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.components import free_port, require_program

_DEBIANS = Path("/usr/lib/postgresql")
_START_DEADLINE = 60.0


class PostgreSQL:
    """One server with an empty database; made stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"postgresql+psycopg://cdpsfy@127.0.0.1:{self.port}/cdpsfy"
        # It refuses to be root, who may be who runs the tests; Debian's package makes this user,
        # and may not enter pytest's folders.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="cdpsfy-postgresql-"))
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        options = ["--auth=trust", "--username=cdpsfy", "--encoding=UTF8", "--no-locale"]
        subprocess.run(
            [_program("initdb"), f"--pgdata={self._folder}/data", "--no-sync", *options],
            check=True,
            capture_output=True,
            user=self._user,
            cwd=self._folder,
        )

    def start(self) -> None:
        """Start it, and return when it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    _program("postgres"),
                    f"-D{self._folder}/data",
                    f"-p{self.port}",
                    "-clisten_addresses=127.0.0.1",
                    "-cunix_socket_directories=",
                ],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self._folder,
            )
        self._await()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Let it die as in a power cut; its children see it and follow."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Let all of it hang: connections are made, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it, and leave nothing of it."""
        if self.is_running():
            self.thaw()
            assert self._process is not None
            self._process.send_signal(signal.SIGINT)  # what PostgreSQL calls a fast shutdown
            self._process.wait(30)
        shutil.rmtree(self._folder)

    def _signal(self, which: signal.Signals) -> None:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for pid in (self._process.pid, *map(int, children.read_text("ascii").split())):
            # A session of it may have ended in between.
            with suppress(ProcessLookupError):
                os.kill(pid, which)

    def _await(self) -> None:
        deadline = time.monotonic() + _START_DEADLINE
        while self.is_running() and time.monotonic() < deadline:
            try:
                with psycopg.connect(
                    host="127.0.0.1",
                    port=self.port,
                    user="cdpsfy",
                    dbname="postgres",
                    autocommit=True,
                ) as connection:
                    _create_database(connection)
            except psycopg.OperationalError:
                time.sleep(0.1)
                continue
            return
        log = (self._folder / "log").read_text("utf-8", "replace")
        raise AssertionError(f"PostgreSQL did not start:\n{log}")


def _create_database(connection: psycopg.Connection) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'cdpsfy'").fetchone() is None:
        connection.execute("CREATE DATABASE cdpsfy")


def _program(name: str) -> str:
    """Return the newest of Debian's, which are not on PATH, or else what is there."""
    found = sorted(_DEBIANS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(found[-1]) if found else require_program(name)
