"""Somebody on a client machine, with curl: uploads, listens and deletes through the balancers."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from ops.chaos.people import AUTHORITY
from ops.nagios.plugins.tickets import Tickets
from ops.nagios.plugins.ulid import make_ulid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.chaos.songs import Song
    from ops.lab import Lab


class Heard(NamedTuple):
    """What an answer was."""

    status: int
    headers: Mapping[str, list[str]]
    seconds: float
    sha256: str


class Listener:
    """A client of the lab, with tickets as the site gives them.

    Given a track server, it asks that one's edge, past the balancers.
    """

    def __init__(self, lab: Lab, server: str | None = None) -> None:
        topology, cluster = lab.topology, lab.topology.cluster
        self._tickets = Tickets(lab.folder / "rendered/secrets/ticket_keys")
        self._way: list[str] = []
        if server is None:
            self._machine = lab.machines["c1"]
            self._service = f"https://{cluster['tracks']}:{cluster['https_port']}"
            balancers = f"::{topology.virtual['clients']}:{cluster['https_port']}"
            self._way = ["--connect-to", balancers, "--cacert", AUTHORITY]
        else:
            self._machine = lab.machines["web1"]
            address = topology.machines[server].addresses["services"]
            self._service = f"http://{address}:{topology.ports['tracks']}"

    def upload(self, song: Song) -> str:
        """Return the key under which the song is kept."""
        ulid = make_ulid()
        ticket = self._tickets.sign("upload", ulid, len(song.data))
        options = ["--data-binary", "@-", "--header", "Content-Type: application/octet-stream"]
        command = self._curl("/tracks", ticket, "/tmp/answer", *options)  # noqa: S108 - of its own
        status, *_ = _told(self._run(command, song.data))
        assert status == 201, self._machine.run("cat", "/tmp/answer")  # noqa: S108
        return f"{song.sha256}-{ulid}"

    def delete(self, key: str) -> int:
        """Return the status of the answer."""
        options = ["--request", "DELETE"]
        ticket = self._tickets.sign("delete", key)
        return self._ask(f"/tracks/{key}", ticket, *options).status

    def play(self, key: str, *options: str) -> Heard:
        """Listen to the whole, with more options of curl if any."""
        return self._ask(f"/tracks/{key}", self._tickets.sign("play", key), *options)

    def begin(self, key: str, rate: int) -> Playing:
        """Begin to listen, at so many bytes a second."""
        ticket = self._tickets.sign("play", key)
        options = ["--limit-rate", str(rate)]
        command = self._curl(f"/tracks/{key}", ticket, "/tmp/playing", *options)  # noqa: S108
        return Playing(self, self._machine.start(*command))

    def digest(self, file: str) -> str:
        """Return what the bytes are that came."""
        return self._machine.run("sha256sum", file).split()[0]

    def _ask(self, path: str, ticket: str, *options: str) -> Heard:
        said = self._run(self._curl(path, ticket, "/tmp/heard", *options))  # noqa: S108
        return Heard(*_told(said), self.digest("/tmp/heard"))  # noqa: S108

    def _curl(self, path: str, ticket: str, file: str, *options: str) -> list[str]:
        told = "%{http_code} %{time_total} %{header_json}"
        command = ["curl", "-sS", "--max-time", "90", "-o", file, "-w", told, *self._way, *options]
        return [*command, "--header", f"Authorization: Bearer {ticket}", self._service + path]

    def _run(self, command: list[str], body: bytes = b"") -> str:
        done = subprocess.run(
            [*self._machine.inside("mpuin"), *command], input=body, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


class Playing:
    """A song that somebody listens to."""

    def __init__(self, listener: Listener, process: subprocess.Popen[str]) -> None:
        self._listener = listener
        self._process = process

    @property
    def goes_on(self) -> bool:
        return self._process.poll() is None

    def to_its_end(self) -> str:
        """Listen to the rest; return the digest of all that came."""
        self._process.communicate(timeout=120)
        assert self._process.returncode == 0
        return self._listener.digest("/tmp/playing")  # noqa: S108


def _told(said: str) -> tuple[int, dict[str, list[str]], float]:
    status, seconds, headers = said.split(" ", 2)
    return int(status), json.loads(headers), float(seconds)
