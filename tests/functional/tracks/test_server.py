"""What only a real server shows: memory, hang-ups, cut connections."""

from __future__ import annotations

import hashlib
import http.client
import json
import struct
import time
from typing import TYPE_CHECKING

import pytest
import requests

from storage.layout import path_of
from tests.functional.tracks.server import Server
from tests.functional.tracks.service import MIB
from tests.unit.tracks import audio_samples as samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEADLINE = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server


def wav_header(data_size: int) -> bytes:
    riff = struct.pack("<4sI4s", b"RIFF", data_size + 36, b"WAVE")
    return riff + samples.wav_format() + struct.pack("<4sI", b"data", data_size)


@pytest.fixture
def huge_song(tmp_path: Path) -> Path:
    """Return a file of 200 MB that is silent, and sparse: it fills no disk."""
    path = tmp_path / "huge.wav"
    with path.open("wb") as file:
        file.write(wav_header(200_000_000))
        file.truncate(200_000_044)
    return path


def upload(server: Server, data: bytes) -> str:
    answer = requests.post(
        f"{server.url}/tracks", data, headers=server.upload_headers(), timeout=DEADLINE
    )
    answer.raise_for_status()
    return str(answer.json()["key"])


def request_head(server: Server, length: int) -> bytes:
    lines = [
        "POST /tracks HTTP/1.1",
        "Host: localhost",
        f"Authorization: {server.upload_headers()['Authorization']}",
        f"Content-Length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def test_memory_stays_flat_while_a_huge_song_is_uploaded_and_played(
    server: Server, huge_song: Path
) -> None:
    requests.get(server.address_of(upload(server, samples.simple_wav())), timeout=DEADLINE)
    before = server.peak_memory()

    with huge_song.open("rb") as body:
        answer = requests.post(
            f"{server.url}/tracks", body, headers=server.upload_headers(), timeout=DEADLINE
        )
    uploaded = server.peak_memory()
    key = answer.json()["key"]
    played = hashlib.sha256()
    with requests.get(server.address_of(key), stream=True, timeout=DEADLINE) as stream:
        for piece in stream.iter_content(MIB):
            played.update(piece)
    after = server.peak_memory()

    assert answer.status_code == 201
    assert played.hexdigest() == answer.json()["sha256"]
    assert uploaded - before <= 16 * MIB
    assert after - uploaded <= 16 * MIB


@pytest.fixture
def spooling(tmp_path: Path) -> Iterator[Server]:
    """Give a server that spools on its own volume."""
    with Server(tmp_path, serving={"spool": str(tmp_path / "tracks")}) as server:
        yield server


def test_a_long_body_waits_in_the_spool_and_is_stored_whole(spooling: Server) -> None:
    song = wav_header(2 * MIB) + bytes(2 * MIB)
    with spooling.connect() as connection:
        connection.sendall(request_head(spooling, len(song)) + song[:-1])
        waiting = await_spool(spooling)
        connection.sendall(song[-1:])
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        key = json.loads(answer.read())["key"]

    assert answer.status == 201
    assert (spooling.objects / path_of(key)).stat().st_ino == waiting
    assert requests.get(spooling.address_of(key), timeout=DEADLINE).content == song


def test_a_spool_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    server = Server(tmp_path, serving={"spool": str(tmp_path / "missing")})

    with pytest.raises(AssertionError, match=r"cannot start: spool: .*/missing is no folder"):
        server.__enter__()


def test_a_short_body_needs_no_spool(spooling: Server) -> None:
    key = upload(spooling, samples.simple_wav())

    answer = requests.get(spooling.address_of(key), timeout=DEADLINE)

    assert answer.content == samples.simple_wav()


def test_an_upload_is_told_that_the_volume_is_away_and_the_spool_with_it(
    spooling: Server,
) -> None:
    spooling.objects.rename(spooling.objects.with_name("away"))

    answer = requests.post(
        f"{spooling.url}/tracks",
        wav_header(2 * MIB) + bytes(2 * MIB),
        headers=spooling.upload_headers(),
        timeout=DEADLINE,
    )

    assert answer.status_code == 503


def await_spool(server: Server) -> int:
    """Return the inode of the nameless file that the server has in the folder of its volume."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if found := server.nameless_files(server.objects):
            return found[0]
        time.sleep(0.05)
    raise AssertionError("nothing waits there")


def test_a_body_over_the_servers_limit_is_refused_by_its_length_alone(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(request_head(server, 256 * MIB + 1))

        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
    assert server.stored() == []


def test_a_body_in_chunks_is_stored(server: Server, song: bytes) -> None:
    key = upload(server, song)
    chunks = iter([song[:1000], song[1000:]])

    answer = requests.post(
        f"{server.url}/tracks", chunks, headers=server.upload_headers(), timeout=DEADLINE
    )

    assert answer.status_code == 201
    assert answer.json()["sha256"] == key[:64]


def test_head_has_a_length_and_no_body(server: Server, song: bytes) -> None:
    path = server.address_of(upload(server, song)).removeprefix(server.url)

    with server.connect() as connection:
        connection.sendall(f"HEAD {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
        answer = connection.makefile("rb").read()

    assert f"\r\nContent-Length: {len(song)}\r\n".encode() in answer
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1


def test_a_connection_outlives_an_answer_that_has_no_body(server: Server, song: bytes) -> None:
    key = upload(server, song)
    path = server.address_of(key).removeprefix(server.url)
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"

    with server.connect() as connection:
        stream = connection.makefile("rb")
        first_lines = []
        for condition in ("If-None-Match: *\r\n", "If-None-Match: *\r\nConnection: close\r\n"):
            connection.sendall(f"{head}{condition}\r\n".encode())
            first_lines.append(stream.readline())
            while stream.readline().strip():
                pass
        rest = stream.read()

    assert first_lines == [b"HTTP/1.1 304 Not Modified\r\n"] * 2
    assert rest == b""


@pytest.mark.parametrize("percent", [0, 50, 99])
def test_a_client_that_hangs_up_leaves_nothing(server: Server, song: bytes, percent: int) -> None:
    with server.connect() as connection:
        connection.sendall(request_head(server, len(song)))
        connection.sendall(song[: len(song) * percent // 100])

    # A whole upload after it shows that the server has got over the hang-up.
    key = upload(server, song)
    assert [path.name for path in server.stored()] == [key]


def test_damage_on_the_disk_cuts_the_connection(server: Server, long_song: bytes) -> None:
    key = upload(server, long_song)
    [path] = server.stored()
    with path.open("r+b") as file:
        file.seek(2 * MIB + 5)
        file.write(bytes([long_song[2 * MIB + 5] ^ 1]))

    connection = http.client.HTTPConnection(*server.address, timeout=DEADLINE)
    connection.request("GET", server.address_of(key).removeprefix(server.url))
    answer = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    connection.close()

    assert answer.status == 200
    assert cut.value.partial == long_song[: 2 * MIB]


def path_of_check(server: Server, path: str) -> str:
    return server.url + path.replace("?", "/ticket?")


def test_probes_and_tickets_are_answered_while_every_thread_waits(tmp_path: Path) -> None:
    song = wav_header(32 * MIB) + bytes(32 * MIB)
    with Server(tmp_path, serving={"threads": "1"}) as server:
        path = server.address_of(upload(server, song)).removeprefix(server.url)
        with server.connect() as listener:
            # Who never reads: the only thread waits for room behind the server's high watermark.
            listener.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            listener.recv(1)

            answers = [
                requests.get(f"{server.url}{probe}", timeout=5).status_code
                for probe in ("/healthz", "/readyz", "/metrics")
            ]
            checked = requests.get(path_of_check(server, path), timeout=5)
            with pytest.raises(requests.ReadTimeout):
                requests.get(f"{server.url}/tracks/unknown", timeout=0.5)

    assert answers == [200, 200, 200]
    assert checked.status_code == 204
