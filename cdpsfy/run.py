"""Runs a whole deployment on one machine: site, track service and worker, until Ctrl-C."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from cdpsfy.deployment import TRACKS, WEB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdpsfy.deployment import Deployment

_START_DEADLINE = 30.0
_TO_END = 10.0
"""Seconds for what is left to do when a server has drained, and for the worker's last round."""
_NAMES = {WEB: "site", TRACKS: "track service"}


class CannotRun(Exception):
    """Something is in the way; the message says what, and what to do."""


class Site:
    """The processes of one deployment, each in a group of its own, so that Ctrl-C asks us first."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def check_ports(self) -> None:
        """Make sure that both ports are free.

        Raises:
            CannotRun: one is taken.
        """
        for app, name in _NAMES.items():
            host, port = self._deployment.listen_address(app)
            try:
                _bind(host, port)
            except OSError as error:
                raise CannotRun(
                    f"port {port} of {host}, which the {name} needs, cannot be had "
                    f"({error.strerror}); stop what holds it, or change [server:{app}] listen "
                    f"in {self._deployment.path}"
                ) from error

    def start(self) -> None:
        """Start everything and return when it answers.

        Raises:
            CannotRun: something stopped at once, or does not answer in time.
        """
        ini = str(self._deployment.path)
        quiet = ["-W", "ignore:pkg_resources is deprecated"]  # pyramid#3795
        pserve = [sys.executable, *quiet, str(Path(sys.executable).with_name("pserve")), ini]
        self._spawn("track service", [*pserve, "--app-name", TRACKS, "--server-name", TRACKS])
        self._spawn("site", pserve)
        command = [sys.executable, "-c", "from cdpsfy.cli import main; main()", "worker", ini]
        self._spawn("worker", command)
        for app, name in _NAMES.items():
            self._await(name, self.address(app))

    def address(self, app: str) -> str:
        """Return where an app's own server listens."""
        host, port = self._deployment.listen_address(app)
        return f"http://{host}:{port}"

    def wait(self) -> str:
        """Wait until a process ends by itself; return its name."""
        while True:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    return name
            time.sleep(0.2)

    def stop(self) -> None:
        """End every process: asked first, then forced when a server would have ended by itself."""
        for process in self._processes.values():
            process.terminate()
        longest = max(self._deployment.stopping_time(app) for app in _NAMES)
        deadline = time.monotonic() + longest + _TO_END
        for process in self._processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _spawn(self, name: str, command: list[str]) -> None:
        self._processes[name] = subprocess.Popen(  # noqa: S603 - our own programs
            command, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def _await(self, name: str, address: str) -> None:
        for _ in _until(_START_DEADLINE):
            for started, process in self._processes.items():
                if process.poll() is not None:
                    raise CannotRun(f"the {started} stopped at once; its reason stands above")
            try:
                if requests.get(f"{address}/readyz", timeout=2).ok:
                    return
            except requests.ConnectionError:
                continue
        raise CannotRun(
            f"the {name} is not ready after {_START_DEADLINE:g} s; see {address}/readyz"
        )


def until_interrupted(site: Site) -> str | None:
    """Wait for KeyboardInterrupt, or the end of a process; return that one's name."""
    try:
        return site.wait()
    except KeyboardInterrupt:
        return None


def _bind(host: str, port: int) -> None:
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)


def _until(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.05)


def make_writable(folder: Path) -> None:
    """Make a folder and its parents.

    Raises:
        CannotRun: it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise CannotRun(f"{folder} cannot be written to; give it to this user, or choose another")
