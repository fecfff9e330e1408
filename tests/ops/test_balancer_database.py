"""The database behind the balancers: one writer at a time, and no way back while it lives.

The nodes are small servers that say their name; real ones are in the lab.
"""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.ops.balancer import Balancer, eventually, loopback_topology
from tests.ops.balancer_servers import StubServer, say_unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.topology import Machine, Topology

_NODES = ("db1", "db2", "db3")


class Node:
    """A node that is good as long as `check` says so; it greets with its name."""

    def __init__(self, machine: Machine, topology: Topology) -> None:
        self.name = machine.name
        address = machine.addresses["services"]
        self.check = StubServer(self.name, (address, topology.ports["database_check"]))
        self._listener = socket.create_server((address, topology.ports["database"]))

    @contextmanager
    def running(self) -> Iterator[Node]:
        with self.check, closing(self._listener):
            thread = Thread(target=self._greet)
            thread.start()
            yield self
            self._listener.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _greet(self) -> None:
        with ExitStack() as connections:
            while True:
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    return
                connections.enter_context(connection)
                with suppress(OSError):
                    connection.sendall(self.name.encode())


class Stage:
    """lb1 and lb2, who share what they know, and three nodes."""

    def __init__(self, balancers: list[Balancer], nodes: dict[str, Node]) -> None:
        self.balancers = balancers
        self.nodes = nodes

    def set_good(self, name: str, *, good: bool) -> None:
        self.nodes[name].check.fault = None if good else say_unavailable
        state = "UP" if good else "DOWN"
        eventually(lambda: {b.states("database")[name] for b in self.balancers} == {state})

    def writer(self, balancer: int = 0) -> str:
        with self.connect(balancer) as connection:
            return connection.recv(3).decode()

    def connect(self, balancer: int = 0) -> socket.socket:
        return socket.create_connection(self.balancers[balancer].database, timeout=20)

    def move(self) -> str:
        """Let the writer be away for a while; return the one that took its place."""
        old = self.writer()
        self.set_good(old, good=False)
        new = self.writer()
        self.set_good(old, good=True)
        assert new != old
        return new


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("database")
    topology = loopback_topology(folder)
    nodes = {name: Node(topology.machines[name], topology) for name in _NODES}
    with ExitStack() as stack:
        for node in nodes.values():
            stack.enter_context(node.running())
        balancers = [Balancer(topology, folder, name) for name in ("lb1", "lb2")]
        for balancer in balancers:
            stack.enter_context(balancer)
        stage = Stage(balancers, nodes)
        for name in _NODES:
            stage.set_good(name, good=True)
        yield stage


def test_the_writer_stays_when_the_old_one_returns(stage: Stage) -> None:
    for _ in range(3):
        new = stage.move()

        assert [stage.writer() for _ in range(10)] == [new] * 10


def test_connections_to_a_writer_that_is_good_no_more_end(stage: Stage) -> None:
    with stage.connect() as connection:
        writer = connection.recv(3).decode()
        start = time.monotonic()
        stage.set_good(writer, good=False)

        assert connection.recv(1) == b""

    assert time.monotonic() - start < 3
    stage.set_good(writer, good=True)


def test_both_balancers_have_the_same_writer(stage: Stage) -> None:
    new = stage.move()

    eventually(lambda: stage.writer(1) == new, within=2)


def test_a_reload_changes_no_writer(stage: Stage) -> None:
    for _ in range(2):
        new = stage.move()

        stage.balancers[0].reload()

        assert [stage.writer() for _ in range(10)] == [new] * 10


def test_a_balancer_that_was_away_learns_who_writes(stage: Stage) -> None:
    new = stage.move()

    stage.balancers[1].__exit__(None, None, None)
    stage.balancers[1].__enter__()

    assert [stage.writer(1) for _ in range(10)] == [new] * 10


def test_with_no_node_that_is_good_nobody_is_kept_waiting(stage: Stage) -> None:
    for name in _NODES:
        stage.set_good(name, good=False)

    with stage.connect() as connection:
        assert connection.recv(1) == b""
