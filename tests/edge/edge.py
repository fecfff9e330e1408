"""A real nginx with the configuration of `ops/nginx`, on a loopback address of its own."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tests.components import require_program
from tests.edge.rendered import RenderedEdge
from tests.ops.balancer import eventually, loopback_topology

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from tests.edge.origin import Origin

_DEADLINE = 30.0


class Answer(NamedTuple):
    """What came back; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Edge:
    """The edge of s1 before an origin, as a context manager.

    folder is where it is rendered to, secrets the cluster's, which are copied there. Lines of the
    topology may be changed by their sections.
    """

    def __init__(
        self,
        folder: Path,
        secrets: Path,
        origin: Origin,
        **changed: Mapping[str, str],
    ) -> None:
        ports = {"origin": str(origin.port)}
        self.topology = topology = loopback_topology(folder, ports=ports, **changed)
        shutil.copytree(secrets, folder / "rendered/secrets")
        self._rendered = RenderedEdge(topology, folder)
        self.cache, self.run = self._rendered.cache, self._rendered.run
        self.config = self._rendered.config
        self.address = (topology.machines["s1"].addresses["services"], topology.ports["tracks"])
        self.balancer = topology.machines["lb1"].addresses["services"]
        self.errors = folder / "errors.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(self._rendered.command(), stdout=errors, stderr=errors)
        eventually(lambda: self._process.poll() is not None or self._listens())
        assert self._process.poll() is None, self.errors.read_text("utf-8")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(_DEADLINE)

    def quit(self) -> None:
        """Tell it to end when what was begun has ended, as systemd does."""
        self._process.send_signal(signal.SIGQUIT)

    def exit_code(self) -> int:
        return self._process.wait(_DEADLINE)

    def apply_tmpfiles(self, *options: str, week: str = "7d") -> None:
        """Do what systemd does at boot, daily, or when told to, with our folders alone.

        week is how long a week is to last.
        """
        conf = self.config.with_name("tmpfiles.conf")
        text = self._here(self._rendered.tmpfiles).replace("b:7d", f"b:{week}")
        conf.write_text(
            "".join(line for line in text.splitlines(keepends=True) if str(self.cache) in line)
        )
        subprocess.run([require_program("systemd-tmpfiles"), *options, str(conf)], check=True)

    def rotate_log(self, *options: str) -> str:
        """Do what logrotate does every day, and return what it says."""
        conf = self.config.with_name("logrotate.conf")
        conf.write_text(self._here(self._rendered.logrotate))
        # It reads no file that others could have written, and writes no state of the machine's.
        conf.chmod(0o644)
        state = f"--state={self.config.with_name('logrotate.state')}"
        done = subprocess.run(
            [require_program("logrotate"), "--verbose", state, *options, str(conf)],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stderr

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        source: str = "",
    ) -> Answer:
        return ask(self.address, method, path, headers, body, source)

    def logged(self) -> list[dict[str, Any]]:
        """Return the lines about requests, as far as they are written."""
        return [json.loads(line) for line in self.log_text().splitlines()]

    def log_text(self) -> str:
        return (self._rendered.logs / "edge.log").read_text("utf-8")

    def rotated_log_text(self) -> str:
        return (self._rendered.logs / "edge.log.1").read_text("utf-8")

    def _here(self, file: Path) -> str:
        return self._rendered.here(file.read_text("utf-8"))

    def _listens(self) -> bool:
        try:
            socket.create_connection(self.address, 5).close()
        except OSError:
            return False
        return True


def ask(
    address: tuple[str, int],
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    source: str = "",
) -> Answer:
    """Ask on a connection of its own."""
    http = HTTPConnection(
        *address, timeout=_DEADLINE, source_address=(source, 0) if source else None
    )
    try:
        http.request(method, path, body, dict(headers or {}))
        response = http.getresponse()
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, lowered, response.read())
    finally:
        http.close()


def assert_problem(answer: Answer, status: int) -> None:
    """Check that an answer is an error that a program can read (RFC 9457)."""
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = json.loads(answer.body)
    assert problem.keys() == {"title", "status", "detail"}
    assert problem["status"] == status
    assert (answer.headers.get("retry-after") == "5") == (status == HTTPStatus.SERVICE_UNAVAILABLE)
