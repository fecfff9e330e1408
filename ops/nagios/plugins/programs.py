"""Runs programs that may hang: each has a deadline."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

from ops.nagios.plugins.answer import Unknown


class Said(NamedTuple):
    """How a program ended, and what it said on both its outputs."""

    code: int
    text: str


def run(*command: str, timeout: float) -> Said:
    """Run a program for at most so many seconds.

    Raises:
        Unknown: it did not end in time, or cannot be run at all.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unknown(f"{command[0]} did not answer within {timeout:g} s") from None
    except OSError as error:
        raise Unknown(f"{command[0]}: {error.strerror}") from error
    return Said(done.returncode, done.stdout.decode(errors="replace").strip())
