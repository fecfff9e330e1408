"""Keeps long bodies of requests, until they are whole, in files without a name in a given folder.

waitress has them in the system's folder for temporary files, where their bytes can only be copied
from. A file in the volume's own folder can be given a name there instead (`storage.files.adopt`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from waitress.buffers import FileBasedBuffer
from waitress.parser import HTTPRequestParser

if TYPE_CHECKING:
    from io import BufferedRandom
    from pathlib import Path


class SpoolingParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """waitress' parser of one request, with a place for a body whose length is known and long."""

    def __init__(self, adj: Any, folder: Path) -> None:  # noqa: ANN401 - waitress has no types
        super().__init__(adj)
        self._folder = folder

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header, and prepare for the body that it announces."""
        super().parse_header(header_plus)
        # From the upper bound on, waitress refuses it.
        if self.adj.inbuf_overflow < self.content_length < self.adj.max_request_body_size:
            file = _nameless_file(self._folder, self.content_length)
            if file is not None:
                self.body_rcv.buf = FileBasedBuffer(file)


def _nameless_file(folder: Path, size: int) -> BufferedRandom | None:
    """Return a new file for size bytes; None when the folder does not take them.

    waitress then keeps the body where it else does, and whoever stores it in that folder tells what
    is wrong there. Here, the connection could only be cut.
    """
    try:
        space = os.statvfs(folder)
        if space.f_bavail * space.f_frsize < size:
            return None
        descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o640)
    except OSError:
        return None
    return os.fdopen(descriptor, "r+b")
