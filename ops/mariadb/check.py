"""Tells balancers and starting nodes about this machine's node of the database, by HTTP.

`check.py ADDRESS PORT SOCKET`: `/` is 200 while the node takes writes, `/primary` while it belongs
to the cluster's majority; else 503, and why. The answer comes at once, also while MariaDB hangs: it
is what a question on one connection, asked all the time, found out in the last second.
"""

from __future__ import annotations

import getpass
import signal
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NoReturn

import pymysql

_PAUSE = 0.25
_DEADLINE = 1.0
"""Seconds between two questions; after which an answer says nothing any more."""
_STATUS = """SHOW GLOBAL STATUS WHERE Variable_name IN
    ('wsrep_ready', 'wsrep_cluster_status', 'wsrep_local_state', 'wsrep_local_state_comment')"""
_SERVING = {"2", "4"}
"""A donor (2) goes on taking writes, for mariabackup copies without a lock. 4 is synced."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out, and when; problem is None when the node can do what it is asked for."""

    time: float
    primary: str | None
    serving: str | None


class Watch:
    """Asks the node on and on, in a thread of its own."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._finding = _bad("not asked yet")
        Thread(target=self._watch, daemon=True).start()

    def problem(self, path: str) -> str | None:
        """Return what stands against a node of the majority (`/primary`), or one that serves."""
        finding = self._finding
        if time.monotonic() - finding.time > _DEADLINE:
            return "MariaDB does not answer"
        return finding.primary if path == "/primary" else finding.serving

    def _watch(self) -> NoReturn:
        while True:
            try:
                self._ask()
            except (pymysql.Error, OSError) as error:
                self._finding = _bad(f"MariaDB: {error}")
            time.sleep(_PAUSE)

    def _ask(self) -> NoReturn:
        """Ask until something fails."""
        with pymysql.connect(
            unix_socket=self._socket,
            user=getpass.getuser(),
            connect_timeout=1,
            read_timeout=5,
            write_timeout=5,
        ) as connection:
            while True:
                with connection.cursor() as cursor:
                    cursor.execute(_STATUS)
                    self._finding = _judge(dict(cursor.fetchall()))
                time.sleep(_PAUSE)


def _judge(status: dict[str, str]) -> Finding:
    now = time.monotonic()
    if (group := status.get("wsrep_cluster_status", "no cluster")) != "Primary":
        problem = f"not in the majority: {group}"
        return Finding(now, problem, problem)
    if status["wsrep_ready"] != "ON" or status["wsrep_local_state"] not in _SERVING:
        return Finding(now, None, f"not synced: {status['wsrep_local_state_comment']}")
    return Finding(now, None, None)


def _bad(problem: str) -> Finding:
    return Finding(time.monotonic(), problem, problem)


class Server(ThreadingHTTPServer):
    """Answers by what the watch found."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], watch: Watch) -> None:
        super().__init__(address, _Handler)
        self.watch = watch


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 5

    def do_GET(self) -> None:
        problem = self.server.watch.problem(self.path)
        body = f"{problem or 'good'}\n".encode()
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep silent: two balancers ask every second."""


if __name__ == "__main__":
    # As process 1 of a container it would not hear it otherwise.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    host, port, unix_socket = sys.argv[1:]
    Server((host, int(port)), Watch(unix_socket)).serve_forever()
