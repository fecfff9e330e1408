"""What tests need of the machine: the one switch between failing and skipping without it."""

from __future__ import annotations

import os
import shutil
import socket
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
    """Return a TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def missing(sentence: str) -> NoReturn:
    """Fail: a test that quietly did not run proves nothing. CDPSFY_SKIP_MISSING=1 skips instead."""
    if os.environ.get("CDPSFY_SKIP_MISSING") == "1":
        pytest.skip(sentence)
    pytest.fail(f"{sentence} (CDPSFY_SKIP_MISSING=1 skips what this machine cannot run)")
