"""What the topology renders for the edge of s1, so that it runs in a folder of this machine."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from ops.render import render
from tests.components import require_program

if TYPE_CHECKING:
    from pathlib import Path

    from ops.topology import Topology


class RenderedEdge:
    """The files of an edge; folder is where they are rendered to."""

    def __init__(self, topology: Topology, folder: Path) -> None:
        render(topology, folder / "rendered")
        etc = folder / "rendered/s1/etc"
        self.tmpfiles = etc / "tmpfiles.d/cdpsfy.conf"
        self.logrotate = etc / "logrotate.d/cdpsfy-edge"
        self.cache, self.run, self.logs = folder / "cache", folder / "run", folder / "log"
        for own in (self.cache, self.run, self.logs):
            own.mkdir()
        self.config = folder / "edge.conf"
        self.config.write_text(self.here((etc / "cdpsfy/edge.conf").read_text("utf-8")), "utf-8")

    def here(self, text: str) -> str:
        """Return a text that names the machine's folders, with those of this one."""
        for there, here in {
            "/var/cache/cdpsfy-edge": self.cache,
            "/run/cdpsfy-edge": self.run,
            "/var/log/cdpsfy": self.logs,
        }.items():
            text = text.replace(there, str(here))
        return text

    def command(self) -> list[str]:
        """Return what starts it."""
        # Its unit says whose it is; without one, the workers of root are somebody else's.
        user = ["-g", f"user {getpass.getuser()};"] if os.geteuid() == 0 else []
        return [require_program("nginx"), "-c", str(self.config), *user]
