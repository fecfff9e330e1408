"""An upload of 200 MB: raw through the edge, and as a form to express with multer."""

from __future__ import annotations

import json
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from ulid import ULID

from storage.layout import path_of
from tests.bench import peers
from tests.bench.figures import Figure, Mark
from tests.bench.processes import CannotMeasure
from tests.bench.rounds import Load, run_rounds, speeds
from tests.bench.wav import write_wav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.bench.contestants import Contestant
    from tests.bench.ours import Installation
    from tests.bench.plan import Plan
    from tests.bench.songs import Songs

_SIZE = 200_000_000
_PIECE = 1 << 20
_BOUNDARY = "a-boundary"
_GROWTH = 16
"""MiB that an upload may take of memory."""


def figures(
    edge: Contestant,
    installation: Installation,
    songs: Songs,
    plan: Plan,
    say: Callable[[str], None],
) -> Iterator[Figure]:
    """Yield the upload's two lines."""
    file = installation.folder / "long.wav"
    write_wav(file, _SIZE)
    with peers.express_upload(installation.folder) as express:
        loads = [_raw(edge, installation, songs, file), _form(express, installation.folder, file)]
        growths = [server.memory_growing() for server in edge.servers]
        for load in loads:
            load.run(0)
        works = run_rounds(loads, plan.rounds, say)
    mine, theirs = (speeds(works[load.name]) for load in loads)
    name = "raw upload of 200 MB"
    yield Figure(name, "MB/CPU-s", mine, Mark(1.5), "express + multer", theirs)
    grown = sum(growth.so_far() for growth in growths)
    yield Figure(f"{name}: memory grows by", "MiB", [grown], Mark(_GROWTH, at_most=True))


def _raw(edge: Contestant, installation: Installation, songs: Songs, file: Path) -> Load:
    def run(_number: int) -> float:
        ticket = installation.tickets.upload(str(ULID()), _SIZE)
        headers = {"Authorization": f"Bearer {ticket}", "Content-Length": str(_SIZE)}
        stored = _post(edge, headers, _pieces(file))
        (songs.folder / path_of(stored["key"])).unlink()
        return _SIZE / 1e6

    return Load(f"upload, {edge.name}", edge, run)


def _form(express: Contestant, folder: Path, file: Path) -> Load:
    head = (
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; "
        f'name="track"; filename="{file.name}"\r\nContent-Type: audio/wav\r\n\r\n'
    ).encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Content-Length": str(len(head) + _SIZE + len(tail)),
    }

    def body() -> Iterator[bytes]:
        yield head
        yield from _pieces(file)
        yield tail

    def run(_number: int) -> float:
        stored = _post(express, headers, body())
        (folder / "uploads" / stored["file"]).unlink()
        return _SIZE / 1e6

    return Load(f"upload, {express.name}", express, run)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as music:
        yield from iter(lambda: music.read(_PIECE), b"")


def _post(
    contestant: Contestant, headers: Mapping[str, str], body: Iterator[bytes]
) -> dict[str, str]:
    with closing(HTTPConnection(*contestant.place, timeout=60)) as connection:
        connection.request("POST", "/tracks", body, dict(headers))
        answer = connection.getresponse()
        text = answer.read()
    if answer.status != HTTPStatus.CREATED:
        raise CannotMeasure(f"{contestant.name} refused the upload: {answer.status} {text!r}")
    stored: dict[str, str] = json.loads(text)
    return stored
