"""A real MariaDB in a folder of its own, which can die, freeze and come back."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pymysql

from tests.components import free_port, require_program

if TYPE_CHECKING:
    from pathlib import Path

_START_DEADLINE = 60.0


class MariaDB:
    """One server with an empty database; made stopped."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"mariadb+pymysql://root@127.0.0.1:{self.port}/cdpsfy"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        subprocess.run(
            [
                require_program("mariadb-install-db"),
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                *self._options(),
            ],
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Start it, and return when it answers."""
        command = [
            require_program("mariadbd"),
            "--no-defaults",
            *self._options(),
            f"--socket={self._folder}/socket",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            f"--log-error={self._folder}/log",
            "--character-set-server=utf8mb4",
        ]
        self._process = subprocess.Popen(command)
        self._await()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Let it die as in a power cut."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Let it hang: connections are made, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self.thaw()
            self._process.terminate()
            self._process.wait(30)

    def _options(self) -> list[str]:
        return [f"--datadir={self._folder}/data", "--user=root"]

    def _await(self) -> None:
        deadline = time.monotonic() + _START_DEADLINE
        while self.is_running() and time.monotonic() < deadline:
            try:
                connection = pymysql.connect(host="127.0.0.1", port=self.port, user="root")
            except pymysql.OperationalError:
                time.sleep(0.1)
                continue
            with connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE IF NOT EXISTS cdpsfy CHARACTER SET utf8mb4")
            return
        log = (self._folder / "log").read_text("utf-8", "replace")
        raise AssertionError(f"MariaDB did not start:\n{log}")
