"""The way from this machine's browser into the lab: ports of the loopback, and nothing else.

A listening socket stays in the network namespace it was made in, whichever namespace its process
enters afterwards. So sockets are opened here, and the process that takes their connections runs on
the lab's machine `host`, from where it connects on.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ops.lab.namespaces import born

if TYPE_CHECKING:
    from pathlib import Path

    from ops.lab.machine import Machine
    from ops.topology import Topology

_NAGIOS = 8081


class DoorTrouble(Exception):
    """A port of this machine is taken; the message names it."""


class Way(NamedTuple):
    """One port of the loopback, where it leads, and what a browser is to be told."""

    port: int
    address: str
    target: int
    url: str


class Door:
    """Forwards ports of the loopback: to the site, to Nagios, and to the balancers' figures."""

    def __init__(self, folder: Path, topology: Topology) -> None:
        self._file = folder / "pid"
        public = topology.virtual["clients"]
        site, https, http = (topology.cluster[n] for n in ("site", "https_port", "http_port"))
        self.tracks = f"https://{topology.cluster['tracks']}:{https}"
        """What pages name beside the site's own address: the songs."""
        (nagios,) = topology.role("monitor")
        figures = topology.ports["balancer_figures"]
        self.ways = {
            "site": Way(int(https), public, int(https), f"https://{site}:{https}"),
            "http": Way(int(http), public, int(http), f"http://{site}:{http}"),
            "nagios": Way(
                _NAGIOS,
                nagios.addresses["management"],
                topology.ports["nagios"],
                f"http://localhost:{_NAGIOS}",
            ),
        }
        for port, balancer in enumerate(topology.role("balancer"), start=figures):
            self.ways[f"{balancer.name} figures"] = Way(
                port, balancer.addresses["management"], figures, f"http://localhost:{port}"
            )

    def check(self) -> None:
        """Make sure that the ports are free.

        Raises:
            DoorTrouble: naming one that is taken.
        """
        for listener in self._listen():
            listener.close()

    def open(self, machine: Machine) -> None:
        """Listen here, and connect on from the machine.

        Raises:
            DoorTrouble: a port is taken.
        """
        listeners = self._listen()
        descriptors = [listener.fileno() for listener in listeners]
        targets = [
            f"{fd}:{way.address}:{way.target}"
            for fd, way in zip(descriptors, self.ways.values(), strict=True)
        ]
        with self._file.with_name("log").open("ab") as log:
            process = subprocess.Popen(
                [*machine.inside("n"), sys.executable, "-m", "ops.lab.forward", *targets],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=descriptors,
                start_new_session=True,
            )
        self._file.write_text(f"{process.pid} {born(process.pid)}")
        for listener in listeners:
            listener.close()

    def close(self) -> None:
        """Stop listening."""
        with suppress(FileNotFoundError):
            pid, started = self._file.read_text().split()
            if born(int(pid)) == started:
                os.kill(int(pid), signal.SIGTERM)
            self._file.unlink()

    def _listen(self) -> list[socket.socket]:
        listeners = []
        for name, way in self.ways.items():
            try:
                listeners.append(socket.create_server(("127.0.0.1", way.port)))
            except OSError as error:
                for listener in listeners:
                    listener.close()
                raise DoorTrouble(
                    f"port {way.port} of this machine, the lab's door to {name}, cannot be had: "
                    f"{error.strerror}"
                ) from error
        return listeners
