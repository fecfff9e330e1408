"""Decodes audio with the program ffmpeg: a stranger's bytes, in a process that can do little."""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

RATE = 8000
"""Samples of the decoded sound in a second."""
_LONGEST = 120.0
"""Seconds that a track may take: some forty times what one of 256 MiB does."""
_PIECE = 64 * 1024
_LOOK = 0.5
"""Seconds between two looks at the clock."""
_REASON = 300
"""The most bytes of an error that are logged."""
# It may neither write a file, nor fill the memory or the log, nor compute for long.
_LIMITED = ["prlimit", "--as=1073741824", "--cpu=90", "--fsize=0", "--nofile=32", "--core=0"]
# Which parser reads it is decided by what the track service found, and not by the bytes once more:
# a playlist, which may name other files, is never one of these.
_FORMATS = {
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp4": "mov",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
}
_OPTIONS = ["-hide_banner", "-nostdin", "-loglevel", "error", "-threads", "1"]
# Its input is a file without a name, in which it can seek: an MP4's directory may be at its end.
_INPUT = ["-protocol_whitelist", "file", "-i", "file:/dev/stdin"]
_OUTPUT = [
    *("-map", "0:a:0", "-ac", "1", "-ar", str(RATE)),
    *("-protocol_whitelist", "pipe", "-f", f"s16{sys.byteorder[0]}e", "pipe:1"),
]


class Undecodable(Exception):
    """There is no sound to be had from these bytes; the message says why."""


class Interrupted(Exception):
    """The worker is to stop."""


class Decoder:
    """Runs the program; each of its processes is ended when the event is set."""

    def __init__(self, program: str, stop: threading.Event) -> None:
        self.program = program
        self._stop = stop

    @property
    def is_there(self) -> bool:
        """Whether the program is installed."""
        return shutil.which(self.program) is not None

    def samples(self, file: BinaryIO, content_type: str) -> Iterator[bytes]:
        """Yield the sound in pieces: one channel, signed 16 bit, as this machine has them.

        file is a real one, of this type.

        Raises:
            Undecodable: the program failed, or took too long.
            Interrupted: it was ended.
        """
        complaints = b""
        with self._start(file, content_type) as process:
            try:
                for stream, piece in self._pieces(process):
                    if stream is process.stdout:
                        yield piece
                    else:
                        complaints = (complaints + piece)[:_REASON]
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK)
            finally:
                process.kill()
        if process.returncode != 0:
            reason = complaints.decode("utf-8", "replace").strip()
            raise Undecodable(reason or f"it ended with {process.returncode}")

    def _start(self, file: BinaryIO, content_type: str) -> subprocess.Popen[bytes]:
        if content_type not in _FORMATS:
            raise Undecodable(f"{content_type} is not known")
        parser = ["-f", _FORMATS[content_type]]
        file.seek(0)
        return subprocess.Popen(  # noqa: S603 - a program of the operator's, with words of our own
            [*_LIMITED, self.program, *_OPTIONS, *parser, *_INPUT, *_OUTPUT],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={"PATH": os.defpath},
        )

    def _pieces(self, process: subprocess.Popen[bytes]) -> Iterator[tuple[object, bytes]]:
        """Yield what the process says, each time with the stream on which it does."""
        deadline = time.monotonic() + _LONGEST
        with selectors.DefaultSelector() as streams:
            for stream in (process.stdout, process.stderr):
                streams.register(cast("IO[bytes]", stream), selectors.EVENT_READ)
            while streams.get_map():
                self._check(deadline)
                for key, _ in streams.select(_LOOK):
                    if piece := os.read(key.fd, _PIECE):
                        yield key.fileobj, piece
                    else:
                        streams.unregister(key.fileobj)

    def _check(self, deadline: float) -> None:
        if self._stop.is_set():
            raise Interrupted
        if time.monotonic() > deadline:
            raise Undecodable(f"it took longer than {_LONGEST:g} s")
