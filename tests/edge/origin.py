"""The track service behind an edge, in this process: it goes and comes, and notes what is asked."""

from __future__ import annotations

import threading
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import waitress

from cdpsfy import tracks
from cdpsfy.proxies import believe
from storage.filesystem import FilesystemDriver
from tests.components import free_port
from tests.functional.tracks.service import SECRET
from tests.ops.balancer import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from cdpsfy.tickets import TicketSigner


class Asked(NamedTuple):
    """A request that arrived."""

    method: str
    path: str
    range: str
    client: str
    headers: dict[str, str]


class Origin:
    """A track service over a folder, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "objects"
        self.driver = FilesystemDriver.from_settings({"path": str(self._objects)})
        self.driver.initialise()
        app = tracks.make_app(
            {
                "cdpsfy.ticket_keys": f"test:{SECRET}",
                "cdpsfy.tracks_url": "http://localhost",
                "storage.driver": "filesystem",
                "storage.path": str(self._objects),
            }
        )
        self.tickets: TicketSigner = app.registry["tickets"]
        self.asked: list[Asked] = []
        """In the order of their arrival, probes included."""
        self.before_answer: Callable[[Asked], None] = lambda _: None
        """Called in the thread of each request."""
        self._app = believe(self._noted(app), "127.0.0.1")
        self.port = free_port()
        self.start()

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def put(self, data: bytes, media_type: str = "audio/mpeg") -> str:
        """Store an object, and return its key."""
        return self.driver.put(BytesIO(data), media_type).key

    def files(self) -> list[Path]:
        """Return the files of all objects."""
        return [path for path in self._objects.glob("objects/*/*") if path.is_file()]

    def parts_asked(self, key: str) -> list[str]:
        """Return the ranges of an object that were asked for."""
        return [asked.range for asked in self.asked if asked.path == f"/tracks/{key}"]

    def await_bytes(self, count: int) -> None:
        """Wait until so many bytes of one body have come."""

        def have_come() -> bool:
            requests = [each.request for each in list(self._server.active_channels.values())]
            return any(each and each.body_bytes_received >= count for each in requests)

        eventually(have_come)

    def await_nobody(self) -> None:
        """Wait until no connection is left."""
        eventually(lambda: not self._server.active_channels)

    def start(self) -> None:
        self._server = waitress.create_server(
            self._app,
            host="127.0.0.1",
            port=self.port,
            threads=16,
            clear_untrusted_proxy_headers=False,
        )
        threading.Thread(target=_serve, args=(self._server,), daemon=True).start()

    def stop(self) -> None:
        """Be gone: connections end, new ones are refused."""
        self._server.accepting = False
        for channel in list(self._server.active_channels.values()):
            channel.will_close = True
        self._server.pull_trigger()
        self.await_nobody()
        self._server.close()
        self._server.task_dispatcher.shutdown()

    def lose_volume(self) -> None:
        """Let storage answer as one that is not there."""
        self._objects.rename(self._objects.with_name("away"))

    def find_volume(self) -> None:
        self._objects.with_name("away").rename(self._objects)

    def _noted(
        self, app: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
    ) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
        def noted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            asked = Asked(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                environ.get("HTTP_RANGE", ""),
                environ["REMOTE_ADDR"],
                {
                    name[5:]: str(value)
                    for name, value in environ.items()
                    if name.startswith("HTTP_")
                },
            )
            self.asked.append(asked)
            self.before_answer(asked)
            return app(environ, start_response)

        return noted


def _serve(server: waitress.server.BaseWSGIServer) -> None:
    # Its sockets may be closed as it waits for them.
    with suppress(OSError):
        server.run()
