"""A whole deployment in a folder of its own, run by `cdpsfy run` as a user would."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from tests.components import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[1]
CDPSFY = str(Path(sys.executable).with_name("cdpsfy"))


class RunningSite:
    """Site, track service and worker; started and stopped like `make run` and Ctrl-C.

    storage is the ini's `storage.` settings, when they are not those that we ship.
    """

    def __init__(self, folder: Path, storage: Mapping[str, str] | None = None) -> None:
        self._storage = storage
        self.web_port, self.tracks_port = free_port(), free_port()
        self.ini = folder / "site.ini"
        self.ini.write_text(self._ini(), "utf-8")
        self.log = folder / "run.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.web_port}"

    def start(self, within: Sequence[str] = ()) -> None:
        """Start it, as the end of another command if one is given."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*within, CDPSFY, "run", str(self.ini)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        self._wait_until_it_answers()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Press Ctrl-C, or end it otherwise, and return the exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(20)

    def cdpsfy(self, *arguments: str) -> str:
        """Run an operator's command on this deployment and return what it printed."""
        done = subprocess.run(
            [CDPSFY, *arguments], capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout + done.stderr

    def _wait_until_it_answers(self) -> None:
        for _ in range(300):
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                if requests.get(f"{self.url}/readyz", timeout=2).ok and self._says_ready():
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8"))

    def _says_ready(self) -> bool:
        return "Ctrl-C stops everything" in self.log.read_text("utf-8").rpartition("starting")[2]

    def _ini(self) -> str:
        text = (ROOT / "development.ini").read_text("utf-8")
        text = text.replace("%(here)s/migrations", str(ROOT / "migrations"))
        text = re.sub(r"\b6543\b", str(self.web_port), text)
        text = re.sub(r"\b6544\b", str(self.tracks_port), text)
        if self._storage is None:
            return text
        text = re.sub(r"(?m)^storage\..*\n", "", text)
        lines = "".join(f"{name} = {value}\n" for name, value in self._storage.items())
        return text.replace("[app:tracks]\n", f"[app:tracks]\n{lines}")
