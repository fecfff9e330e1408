"""Reads objects from one track server after the other, past every balancer and every edge."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import requests

from ops.chaos.people import on_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ops.lab import Lab

_AT_ONCE = 4
_CHUNK = 1 << 20
_DEADLINE = (5.0, 30.0)


class Copy(NamedTuple):
    """What one track server gave for one address."""

    server: str
    address: str
    status: int
    """0: no answer."""
    sha256: str
    """Of the bytes that came; empty unless the status is 200."""


def read_everywhere(lab: Lab, addresses: Iterable[str]) -> list[Copy]:
    """Return what the origin of each track server has at the addresses that listeners were given.

    It is asked on the machine itself, where it listens: an edge would tell of what it keeps.
    """
    origin = f"http://127.0.0.1:{lab.topology.ports['origin']}"
    asked = list(addresses)
    copies = []
    for server in lab.topology.serving("tracks"):
        wanted = [(server.name, address, origin) for address in asked]
        said = lab.machines[server.name].run(
            *on_machine("read"), stdin=json.dumps(wanted), timeout=1800
        )
        copies += [Copy(*copy) for copy in json.loads(said)]
    return copies


def read_all(wanted: Iterable[tuple[str, str, str]]) -> list[Copy]:
    """Read each `(server, address, where)`: the address' path from this server."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda one: _read(*one), wanted))


def _read(server: str, address: str, where: str) -> Copy:
    parts = urlsplit(address)
    with requests.Session() as http:
        http.trust_env = False  # a proxy of the machine leads elsewhere
        try:
            answer = http.get(f"{where}{parts.path}?{parts.query}", stream=True, timeout=_DEADLINE)
            digest = _digest(answer.iter_content(_CHUNK))
        except requests.RequestException:
            return Copy(server, address, 0, "")
    right = answer.status_code == HTTPStatus.OK
    return Copy(server, address, answer.status_code, digest if right else "")


def _digest(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
