"""The track service as it is run: pserve, and waitress with the settings that we ship."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from configparser import RawConfigParser
from pathlib import Path
from typing import TYPE_CHECKING, Self

import requests
from ulid import ULID

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import TicketSigner
from storage.filesystem import FilesystemDriver
from tests.components import free_port
from tests.functional.tracks.service import SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_SHIPPED = Path(__file__).parents[3] / "development.ini"
_START_DEADLINE = 30.0
_STOP_DEADLINE = 10.0


class Server:
    """A process that serves the objects of a folder, or of any storage, as a context manager.

    storage is the ini's `storage.` settings of a volume that is initialised, serving what the
    server's own section says beside what we ship.
    """

    def __init__(
        self,
        folder: Path,
        storage: Mapping[str, str] | None = None,
        serving: Mapping[str, str] | None = None,
    ) -> None:
        self.objects = folder / "tracks"
        self._storage = storage
        self._serving = serving or {}
        self.address = ("127.0.0.1", free_port())
        self.url = f"http://127.0.0.1:{self.address[1]}"
        self.tickets = TicketSigner([TicketKey("test", SECRET)])
        self.ini = folder / "server.ini"
        self._log = folder / "server.log"

    def __enter__(self) -> Self:
        if self._storage is None:
            FilesystemDriver.from_settings({"path": str(self.objects)}).initialise()
            self._storage = {"storage.driver": "filesystem", "storage.path": str(self.objects)}
        self._write_ini(self._storage)
        pserve = str(Path(sys.executable).with_name("pserve"))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, pserve, str(self.ini), "--server-name", "tracks"],
                stderr=log,
                stdout=log,
            )
        self._await()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.terminate()
        try:
            self._process.wait(_STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def terminate(self) -> None:
        """Send SIGTERM, and go on at once."""
        self._process.terminate()

    def send_signal(self, number: int) -> None:
        self._process.send_signal(number)

    def exit_code(self) -> int:
        """Wait until the process has ended, and return how it did."""
        return self._process.wait(_STOP_DEADLINE)

    def peak_memory(self) -> int:
        """Return the most memory that the process has ever held, in bytes (proc(5), VmHWM)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        match = re.search(r"VmHWM:\s*(\d+) kB", status)
        assert match is not None
        return int(match[1]) * 1024

    def nameless_files(self, folder: Path) -> list[int]:
        """Return the inodes of the files without a name that the process has open in folder."""
        descriptors = Path(f"/proc/{self._process.pid}/fd").iterdir()
        return [
            each.stat().st_ino
            for each in descriptors
            if str(each.readlink()).startswith(f"{folder}/#")
        ]

    def upload_headers(self, limit: int = 256 * 1024**2) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tickets.upload(str(ULID()), limit)}"}

    def address_of(self, key: str) -> str:
        return f"{self.url}/tracks/{key}?ticket={self.tickets.play(key)}"

    def stored(self) -> list[Path]:
        """Return the files of all objects and leftovers."""
        return [path for path in self.objects.glob("objects/*/*") if path.is_file()]

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=20)

    def _write_ini(self, storage: Mapping[str, str]) -> None:
        shipped = RawConfigParser(default_section="")  # [DEFAULT] is not for waitress
        shipped.read(_SHIPPED, "utf-8")
        ini = RawConfigParser()
        ini["app:main"] = {
            "use": "egg:cdpsfy#tracks",
            "cdpsfy.ticket_keys": f"test:{SECRET}",
            "cdpsfy.tracks_url": self.url,
            **storage,
        }
        listen = f"127.0.0.1:{self.address[1]}"
        ini["server:tracks"] = {**shipped["server:tracks"], "listen": listen, **self._serving}
        with self.ini.open("w", encoding="utf-8") as file:
            ini.write(file)

    def _await(self) -> None:
        deadline = time.monotonic() + _START_DEADLINE
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                requests.get(f"{self.url}/healthz", timeout=5)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return
        self.__exit__(None, None, None)
        raise AssertionError(self._log.read_text("utf-8"))
