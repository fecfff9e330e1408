"""SIGTERM: the balancer is told, what was begun is finished, and nothing new is taken."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.functional.tracks.server import Server
from tests.functional.tracks.service import MIB
from tests.functional.tracks.test_server import request_head, upload, wav_header

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE = 30
QUICKLY = 5.0
QUESTION = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, serving={"drain_timeout": "60 s"}) as server:
        yield server


def has_ended(server: Server) -> bool:
    """Tell whether new connections are refused."""
    for _ in range(100):
        try:
            server.connect().close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def queue(server: Server, length: int) -> Iterator[list[socket.socket]]:
    """Have connections that the kernel took, and the server not yet when it is told to stop."""
    with contextlib.ExitStack() as connections:
        server.send_signal(signal.SIGSTOP)
        waiting = [connections.enter_context(server.connect()) for _ in range(length)]
        server.terminate()
        server.send_signal(signal.SIGCONT)
        yield waiting


def answer_on(connection: socket.socket) -> bytes:
    """Return the body, of which nothing follows."""
    return connection.makefile("rb").read().partition(b"\r\n\r\n")[2]


def get(server: Server, path: str) -> requests.Response:
    return requests.get(f"{server.url}{path}", timeout=DEADLINE)


def test_a_slow_download_ends_whole(server: Server) -> None:
    song = wav_header(24 * MIB) + bytes(24 * MIB)
    path = server.address_of(upload(server, song)).removeprefix(server.url)
    heard, length = hashlib.sha256(), 0
    with socket.socket() as connection:
        # As far away as a phone: the kernels hold little, and the server most of the song.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.settimeout(DEADLINE)
        connection.connect(server.address)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        stream = connection.makefile("rb")
        while stream.readline().strip():
            pass
        heard.update(stream.read(1000))
        server.terminate()
        assert has_ended(server)
        time.sleep(1.5)
        while piece := stream.read(MIB):
            heard.update(piece)
            length += len(piece)

    assert length == len(song) - 1000
    assert heard.digest() == hashlib.sha256(song).digest()
    assert server.exit_code() == 0


def test_a_slow_upload_is_stored(server: Server, song: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(request_head(server, len(song)) + song[:1000])
        server.terminate()
        assert has_ended(server)
        time.sleep(1.5)
        connection.sendall(song[1000:])
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 201 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert [path.name[:64] for path in server.stored()] == [hashlib.sha256(song).hexdigest()]
    assert server.exit_code() == 0


def test_a_connection_that_is_kept_alive_and_idle_is_closed(server: Server) -> None:
    with requests.Session() as browser:
        browser.get(f"{server.url}/healthz", timeout=DEADLINE)
        start = time.monotonic()
        server.terminate()

        assert server.exit_code() == 0
        assert time.monotonic() - start < QUICKLY


def test_who_waits_in_the_queue_is_served(server: Server) -> None:
    """The connections were made, their requests come when the server has stopped listening."""
    with queue(server, 3) as waiting:
        assert has_ended(server)
        for connection in waiting:
            connection.sendall(QUESTION)

        assert [answer_on(connection) for connection in waiting] == [b"alive\n"] * 3
    assert server.exit_code() == 0


def test_who_waits_while_there_is_no_room_is_served_when_there_is(tmp_path: Path) -> None:
    """Two connections may be open at once, beside the listener and what wakes the loop."""
    with Server(tmp_path, serving={"connection_limit": "4"}) as server, queue(server, 6) as waiting:
        for connection in waiting:
            connection.sendall(QUESTION)

        assert [answer_on(connection) for connection in waiting] == [b"alive\n"] * 6
        assert server.exit_code() == 0


def test_who_waits_and_finds_no_room_is_left_at_the_end(tmp_path: Path, song: bytes) -> None:
    serving = {"connection_limit": "3", "drain_timeout": "2 s"}
    with Server(tmp_path, serving=serving) as server, server.connect() as stalled:
        stalled.sendall(request_head(server, len(song)) + song[:1000])
        with server.connect():
            server.terminate()

            assert server.exit_code() == 0


def test_all_is_served_in_the_grace_while_the_balancer_is_told(tmp_path: Path, song: bytes) -> None:
    with Server(tmp_path, serving={"drain_grace": "2 s"}) as server:
        address = server.address_of(upload(server, song))
        ready = get(server, "/readyz")
        server.terminate()
        draining = get(server, "/readyz")
        alive = get(server, "/healthz")
        heard = requests.get(address, timeout=DEADLINE)

        assert server.exit_code() == 0

    assert ready.status_code == 200
    assert (draining.status_code, draining.text) == (503, "draining\n")
    assert alive.ok
    assert heard.content == song
    assert heard.headers["Connection"] == "close"


def test_a_second_sigterm_ends_it_at_once(server: Server, song: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(request_head(server, len(song)) + song[:1000])
        server.terminate()
        assert has_ended(server)

        server.terminate()

        assert server.exit_code() == -15


def test_what_never_ends_is_cut(tmp_path: Path, song: bytes) -> None:
    with Server(tmp_path, serving={"drain_timeout": "2 s"}) as server, server.connect() as stalled:
        stalled.sendall(request_head(server, len(song)) + song[:1000])
        server.terminate()

        assert server.exit_code() == 0
    assert server.stored() == []


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(DEADLINE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with Server(tmp_path) as server:
            started = systemd.recv(100)
            server.terminate()
            stopping = systemd.recv(100)

    assert (started, stopping) == (b"READY=1", b"STOPPING=1")


def test_a_socket_of_systemd_is_served_and_stays_open(tmp_path: Path) -> None:
    """Between two servers, connections wait instead of being refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener, Server(tmp_path) as server:
        port = listener.getsockname()[1]
        with _activated(server, listener):
            answer = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=DEADLINE)
        waiting = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        waiting.sendall(QUESTION)
        with _activated(server, listener):
            answered = waiting.recv(1000)
        waiting.close()

    assert answer.text == "alive\n"
    assert answered.startswith(b"HTTP/1.1 200 ")


@contextlib.contextmanager
def _activated(server: Server, listener: socket.socket) -> Iterator[None]:
    """Start another process of the same service as systemd does, with a socket at descriptor 3."""
    script = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&0'
    pserve = str(Path(sys.executable).with_name("pserve"))
    command = [sys.executable, pserve, str(server.ini), "--server-name", "tracks"]
    process = subprocess.Popen(["sh", "-c", script, "sh", *command], stdin=listener.fileno())
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(DEADLINE) == 0
