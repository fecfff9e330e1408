"""Real track servers behind a real balancer: what people notice when one of them is in trouble."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from storage.filesystem import FilesystemDriver
from tests.functional.tracks.server import Server
from tests.ops.balancer import Balancer, eventually, loopback_topology
from tests.ops.balancer_listeners import People
from tests.unit.tracks import audio_samples as samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ops.topology import Machine, Topology

_SONGS = 8


class Cluster:
    """A balancer, s1, s2 and s3 on one folder of objects, and s4 in reserve, which is on."""

    def __init__(self, topology: Topology, folder: Path) -> None:
        objects = folder / "objects"
        driver = FilesystemDriver.from_settings({"path": str(objects)})
        driver.initialise()
        self.songs = {}
        for number in range(_SONGS):
            with (folder / "song").open("w+b") as file:
                file.write(_song(200_000 + number))
                file.seek(0)
                info = driver.put(file, "audio/wav")
            self.songs[info.key] = info.sha256
        self.balancer = Balancer(topology, folder)
        self.servers = {
            machine.name: _server(folder, objects, machine, topology.ports["tracks"])
            for machine in topology.role("tracks")
        }

    def people(self, upload: bytes = b"") -> People:
        tickets = self.servers["s1"].tickets
        return People(self.balancer.internal, tickets, self.songs, upload)

    def wait_for(self, name: str, state: str) -> None:
        eventually(lambda: self.balancer.states("tracks")[name] == state)

    def restart(self, name: str) -> None:
        self.servers[name].exit_code()
        self.servers[name].__enter__()


def _song(length: int) -> bytes:
    return samples.wav(samples.wav_format(), samples.chunk(b"data", samples.noise(length)))


def _server(folder: Path, objects: Path, machine: Machine, port: int) -> Server:
    own = folder / machine.name
    own.mkdir()
    address = (machine.addresses["services"], port)
    storage = {"storage.driver": "filesystem", "storage.path": str(objects)}
    listen = f"{address[0]}:{port}"
    server = Server(own, storage, {"listen": listen, "drain_grace": "3 s"})
    server.address, server.url = address, f"http://{listen}"
    return server


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    cluster = Cluster(loopback_topology(folder), folder)
    servers = cluster.servers.values()
    with cluster.balancer, ThreadPoolExecutor() as pool, ExitStack() as stack:
        for started in [pool.submit(server.__enter__) for server in servers]:
            stack.push(started.result())
        yield cluster
        for server in servers:
            server.send_signal(signal.SIGKILL)


@pytest.fixture(autouse=True)
def all_up(cluster: Cluster) -> None:
    for name in ("s1", "s2", "s3"):
        cluster.wait_for(name, "UP")


def test_a_killed_server_costs_no_listener_a_song(cluster: Cluster) -> None:
    with cluster.people() as people:
        cluster.servers["s1"].send_signal(signal.SIGKILL)
        cluster.wait_for("s1", "DOWN")
        cluster.restart("s1")
        cluster.wait_for("s1", "UP")

    assert people.problems == []
    assert people.plays > 20


def test_a_frozen_server_costs_no_listener_a_song(cluster: Cluster) -> None:
    with cluster.people() as people:
        cluster.servers["s2"].send_signal(signal.SIGSTOP)
        cluster.wait_for("s2", "DOWN")
        cluster.servers["s2"].send_signal(signal.SIGCONT)

    assert people.problems == []
    assert people.longest < 10


def test_a_server_that_is_told_to_stop_costs_nobody_anything(cluster: Cluster) -> None:
    with cluster.people(upload=_song(100_000)) as people:
        cluster.servers["s3"].terminate()
        cluster.restart("s3")
        cluster.wait_for("s3", "UP")

    assert people.problems == []
    assert people.uploads > 5


def test_a_rolling_restart_costs_nobody_anything(cluster: Cluster) -> None:
    with cluster.people(upload=_song(100_000)) as people:
        for name in ("s1", "s2", "s3"):
            cluster.balancer.server("drain", name)
            cluster.servers[name].terminate()
            cluster.restart(name)
            cluster.balancer.server("ready", name)
            cluster.wait_for(name, "UP")

    assert people.problems == []
    assert people.uploads > 5


def test_reloads_cost_nobody_anything(cluster: Cluster) -> None:
    with cluster.people(upload=_song(100_000)) as people:
        for _ in range(5):
            cluster.balancer.reload()

    assert people.problems == []


def test_a_fourth_server_is_added_and_taken_away_without_a_lost_request(cluster: Cluster) -> None:
    with cluster.people(upload=_song(100_000)) as people:
        cluster.balancer.server("ready", "s4")
        cluster.wait_for("s4", "UP")
        cluster.balancer.server("drain", "s4")
        cluster.balancer.server("stop", "s4")

    assert people.problems == []
