"""A real HAProxy with the configuration of `ops/haproxy`, on loopback addresses of its own."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import ssl
import subprocess
import time
from configparser import ConfigParser
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ops.render import render
from ops.topology import STANDARD, Topology, read_topology
from tests.components import require_program, require_root
from tests.deployment import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

SITE, TRACKS = "server.cdpsfy.es", "tracks.cdpsfy.es"
_DEADLINE = 20.0
_NETWORKS = {"clients": 1, "services": 2, "storage": 3, "management": 10}


def loopback_topology(folder: Path, **changed: Mapping[str, str]) -> Topology:
    """Return the standard topology on loopback, with what is changed in these sections.

    folder keeps the file. The networks are other ones each time, so that clusters run side by side.
    """
    net = f"127.{random.randint(16, 250)}"  # noqa: S311 - no secret
    ini = ConfigParser(interpolation=None)
    ini["networks"] = {name: f"{net}.{part}.0/24" for name, part in _NETWORKS.items()}
    ini["virtual"] = {name: f"{net}.{_NETWORKS[name]}.1" for name in ("clients", "services")}
    ini["cluster"] = {"home": str(ROOT), "user": "root", "https_port": "8443", "http_port": "8080"}
    ini["cluster"]["connections"] = "8000"  # as many as one process may hold where limits are low
    for section, values in changed.items():
        ini.read_dict({section: values})
    path = folder / "loopback.ini"
    with path.open("w", encoding="utf-8") as file:
        ini.write(file)
    return read_topology(STANDARD, path)


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Balancer:
    """One of the balancers, running, as a context manager; folder is where it is rendered to."""

    def __init__(self, topology: Topology, folder: Path, name: str = "lb1") -> None:
        self.topology = topology
        self.log = folder / f"{name}.log"
        rendered = folder / "rendered"
        if not rendered.exists():
            render(topology, rendered)
        self.authority = rendered / "secrets/ca.pem"
        self._sockets = folder / f"{name}.run"
        self._sockets.mkdir()
        self._master = self._sockets / "master.sock"
        self._config = folder / f"{name}.cfg"
        text = (rendered / name / "etc/haproxy/haproxy.cfg").read_text("utf-8")
        text = text.replace("/etc/cdpsfy/", f"{rendered}/{name}/etc/cdpsfy/")
        # No keepalived moves the pair's addresses here, so each has some of its own.
        virtual = dict(topology.virtual)
        if name != "lb1":
            for network, address in topology.virtual.items():
                virtual[network] = address.removesuffix("1") + "2"
                text = text.replace(f"bind {address}:", f"bind {virtual[network]}:")
        self._config.write_text(text.replace("/run/haproxy/", f"{self._sockets}/"), "utf-8")
        self.public = (virtual["clients"], int(topology.cluster["https_port"]))
        self.plain = (virtual["clients"], int(topology.cluster["http_port"]))
        self.internal = (virtual["services"], topology.ports["internal"])
        self.database = (virtual["services"], topology.ports["database"])
        management = topology.machines[name].addresses["management"]
        self.figures = (management, topology.ports["balancer_figures"])

    def __enter__(self) -> Self:
        require_root()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [require_program("haproxy"), "-W", "-S", self._master, "-f", self._config],
                stdout=log,
                stderr=log,
            )
        eventually(lambda: self._process.poll() is not None or self.is_answering())
        assert self._process.poll() is None, self.log.read_text("utf-8")
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A worker that still has streams would wait for them.
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_DEADLINE)

    def is_answering(self) -> bool:
        try:
            return "Name: HAProxy" in self.command("show info")
        except OSError:
            return False

    def command(self, text: str) -> str:
        """Say something to the runtime socket; return what it says."""
        return _say(self._sockets / "admin.sock", text)

    def logged(self) -> dict[str, dict[str, Any]]:
        """Return the log's lines about requests, by their paths."""
        lines = self.log.read_text("utf-8").splitlines()
        requests = [json.loads(line) for line in lines if line.startswith("{")]
        return {request["path"]: request for request in requests}

    def reload(self) -> None:
        """Let a new process take over, as `systemctl reload` does; return when it has."""
        before = self._loads()
        eventually(self._takes_reload)
        eventually(lambda: self._loads() > before)

    def states(self, backend: str) -> dict[str, str]:
        """Return how the servers of a backend are, as `UP`, `DOWN`, `DRAIN`, `MAINT`."""
        lines = self.command("show stat").splitlines()
        names = lines[0].removeprefix("# ").split(",")
        rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:] if line]
        return {
            row["svname"]: row["status"].split()[0]
            for row in rows
            if row["pxname"] == backend and row["svname"] not in {"FRONTEND", "BACKEND"}
        }

    def server(self, *words: str) -> str:
        """Run `ops/haproxy/server.sh` as an operator would; return what it says."""
        done = subprocess.run(
            [ROOT / "ops/haproxy/server.sh", *words],
            env={**os.environ, "HAPROXY_SOCKET": str(self._sockets / "admin.sock")},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def connect(
        self, host: str = SITE, source: str = "", context: ssl.SSLContext | None = None
    ) -> ssl.SSLSocket:
        """Connect as a browser does that asks for host; source is its own address."""
        context = context or ssl.create_default_context(cafile=str(self.authority))
        plain = socket.create_connection(self.public, 20, (source, 0) if source else None)
        try:
            return context.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise

    def ask(
        self,
        method: str,
        path: str,
        *,
        host: str = SITE,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        source: str = "",
    ) -> Answer:
        """Ask as a browser does, on a connection of its own."""
        http = HTTPConnection(host)
        http.sock = self.connect(host, source)
        return _exchange(http, method, path, headers, body)

    def ask_inside(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        at: tuple[str, int] | None = None,
    ) -> Answer:
        """Ask as the site does, on the services' network; or at another address, without TLS."""
        http = HTTPConnection(*(at or self.internal), timeout=40)
        return _exchange(http, method, path, headers, body)

    def say(self, raw: bytes) -> bytes:
        """Send raw bytes over TLS; return all that comes until the connection ends, or in 8 s."""
        with self.connect() as client:
            client.settimeout(8)
            client.sendall(raw)
            return received(client)

    def _takes_reload(self) -> bool:
        # By its socket: a SIGUSR2 that comes while it still starts itself anew is lost.
        try:
            _say(self._master, "reload")
        except ConnectionRefusedError:
            return False
        return True

    def _loads(self) -> int:
        return self.log.read_text("utf-8").count("Loading success")


def _say(path: Path, text: str) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(path))
        client.sendall(f"{text}\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b"")).decode()


def received(client: socket.socket) -> bytes:
    """Return what comes until the end, or until nothing comes any more."""
    said = b""
    try:
        while data := client.recv(65536):
            said += data
    except OSError:
        pass
    return said


def eventually(condition: Callable[[], bool], within: float = _DEADLINE) -> None:
    """Wait until a condition holds.

    Raises:
        AssertionError: it does not within so many seconds.
    """
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def _exchange(
    http: HTTPConnection,
    method: str,
    path: str,
    headers: Mapping[str, str] | None,
    body: bytes | None,
) -> Answer:
    try:
        http.request(method, path, body, dict(headers or {}))
        response: HTTPResponse = http.getresponse()
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, lowered, response.read())
    finally:
        http.close()
