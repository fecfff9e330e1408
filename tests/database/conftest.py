"""A real MariaDB of the test run's own, on a socket in a folder of its own."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pymysql
import pytest

from tests.components import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an empty database."""
    folder = tmp_path_factory.mktemp("mariadb")
    options = [f"--datadir={folder}/data", "--user=root"]
    subprocess.run(
        [
            require_program("mariadb-install-db"),
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            *options,
        ],
        check=True,
        capture_output=True,
    )
    socket = folder / "socket"
    server = subprocess.Popen(
        [
            require_program("mariadbd"),
            "--no-defaults",
            *options,
            f"--socket={socket}",
            "--skip-networking",
            f"--log-error={folder}/log",
            "--character-set-server=utf8mb4",
        ]
    )
    try:
        _create_database(socket)
        yield f"mariadb+pymysql://root@localhost/cdpsfy?unix_socket={socket}"
    finally:
        server.terminate()
        server.wait(30)


def _create_database(socket: Path) -> None:
    for _ in range(300):
        if not socket.exists():
            time.sleep(0.1)
            continue
        with (
            pymysql.connect(unix_socket=str(socket), user="root") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("CREATE DATABASE cdpsfy CHARACTER SET utf8mb4")
        return
    raise AssertionError("MariaDB did not start; its log is in the test's folder")
