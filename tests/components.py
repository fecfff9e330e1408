"""What tests need of the machine: the one switch between failing and skipping without it."""

from __future__ import annotations

import os
import random
import shutil
import socket
from contextlib import suppress
from typing import NoReturn

import pytest

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
"""Its arguments where nobody looks at a screen, and nothing outside may be asked."""
_PORTS = (12_000, 32_000)
"""[start, stop), below those that Linux gives to whoever connects; Chromium refuses none here."""


def require_program(name: str) -> str:
    """Return the path of the program; without it the test fails (or skips, see `missing`)."""
    path = shutil.which(name)
    if path is None:
        missing(f"the program {name} is not installed")
    return path


def require_root() -> None:
    """Let only root pass: nobody else may mount or trace."""
    if os.geteuid() != 0:
        missing("this test needs root")


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody has right now.

    Not one of those that the kernel gives to whoever connects: until a server binds it, a test run
    beside this one might have it.
    """
    while True:
        port = random.randrange(*_PORTS)  # noqa: S311 - no secret
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                listener.bind(("127.0.0.1", port))
                return port


def missing(sentence: str) -> NoReturn:
    """Fail: a test that quietly did not run proves nothing. CDPSFY_SKIP_MISSING=1 skips instead."""
    if os.environ.get("CDPSFY_SKIP_MISSING") == "1":
        pytest.skip(sentence)
    pytest.fail(f"{sentence} (CDPSFY_SKIP_MISSING=1 skips what this machine cannot run)")
