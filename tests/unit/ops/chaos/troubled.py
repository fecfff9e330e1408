"""A server of one song, in whatever trouble a test wants."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ops.chaos.songs import Song

    Trouble = Callable[["_Handler", bytes], bytes]
    """Gets the bytes that are due; returns those to send, or answers by itself and returns none."""


CUT = 192 * 1024
"""Bytes that arrive before a connection is in trouble."""


class TroubledServer:
    """Gives a page with tickets 1, 2, … and the song to whoever has one; a context manager.

    troubles are met by one request for the song each; later ones are answered as they should be.
    """

    def __init__(self, song: Song, troubles: list[Trouble]) -> None:
        self.song = song
        self.etag = f'"{song.sha256}"'
        self.troubles = troubles
        self.requests: list[str] = []
        """What was asked for of the song: `<ticket> <Range>`."""
        self.tickets = 0
        self.stopped = threading.Event()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": self})
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: TroubledServer

    def do_GET(self) -> None:
        if self.path.startswith("/song"):
            self._send_song()
        else:
            self._send_page()

    def log_message(self, *_args: Any) -> None:
        pass

    def end_headers(self) -> None:
        # Unless told, a client takes the connection for kept until it sees that it was closed
        # (RFC 9112 §9.6).
        if self.close_connection:
            self.send_header("Connection", "close")
        super().end_headers()

    def _send_page(self) -> None:
        self.owner.tickets += 1
        address = f"{self.owner.url}/song?a=1&amp;ticket={self.owner.tickets}"
        page = f'<audio controls src="{address}"></audio>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def _send_song(self) -> None:
        wanted = self.headers["Range"]
        self.owner.requests.append(f"{self.path.rpartition('=')[2]} {wanted}")
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        assert match is not None
        whole = self.owner.song.data
        start, stop = int(match[1]), min(int(match[2] or len(whole)) + 1, len(whole))
        body = whole[start:stop]
        sent = self.owner.troubles.pop(0)(self, body) if self.owner.troubles else body
        if not sent:
            return
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(whole)}")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", self.owner.etag)
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = len(sent) < len(body)


def is_cut(_handler: _Handler, body: bytes) -> bytes:
    """Close the connection on the way."""
    return body[:CUT]


def stalls(handler: _Handler, body: bytes) -> bytes:
    """Send a part, and nothing more for as long as the server lives."""
    start = len(handler.owner.song.data) - len(body)
    handler.send_response(206)
    handler.send_header(
        "Content-Range", f"bytes {start}-{start + len(body) - 1}/{start + len(body)}"
    )
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("ETag", handler.owner.etag)
    handler.end_headers()
    handler.wfile.write(body[:CUT])
    handler.owner.stopped.wait()
    handler.close_connection = True
    return b""


def refuses(status: int) -> Trouble:
    """Answer with this status."""

    def answer(handler: _Handler, _body: bytes) -> bytes:
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return b""

    return answer


def is_wrong(_handler: _Handler, body: bytes) -> bytes:
    """Flip a bit."""
    return bytes([body[0] ^ 1]) + body[1:]


def is_another_song(handler: _Handler, body: bytes) -> bytes:
    """Say that the song changed."""
    handler.owner.etag = '"another"'
    return body
