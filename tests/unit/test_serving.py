"""Who sends an answer: the thread that has it, or the loop when its socket was full."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from cdpsfy.serving import Server, _Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

MORE_THAN_A_SOCKET_TAKES = bytes(8_000_000)


def app(_environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
    return [b""]


@pytest.fixture
def channel() -> Iterator[_Channel]:
    """Return a connection whose client reads nothing."""
    server = Server(app, 0, 0, {"listen": "127.0.0.1:0"})
    client, ours = socket.socketpair()
    channel = _Channel(server._waitress, ours, "client", server._waitress.adj, map=server._open)
    with client:
        yield channel
        channel.handle_close()
    server._waitress.close()
    for threads in (server._tasks, server._probes, server._checks):
        threads.shutdown()


def test_the_loop_leaves_a_connection_to_the_thread_that_sends(channel: _Channel) -> None:
    channel.write_soon(MORE_THAN_A_SOCKET_TAKES)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(channel.outbuf_lock.acquire).result()
        is_watched = channel.writable()
        thread.submit(channel.outbuf_lock.release).result()

    assert not is_watched


def test_the_loop_sends_what_the_thread_could_not(channel: _Channel) -> None:
    channel.write_soon(MORE_THAN_A_SOCKET_TAKES)

    assert channel.total_outbufs_len > 0
    assert channel.writable()
