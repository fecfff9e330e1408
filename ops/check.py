"""Checks rendered files with the programs that will read them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ops.topology import Topology


class CheckFailed(Exception):
    """A program refuses its file; the message says which, and what it says."""


_CHECKERS = {
    "etc/haproxy/haproxy.cfg": ["haproxy", "-c", "-q", "-f"],
    "etc/keepalived/keepalived.conf": ["keepalived", "--config-test", "-f"],
}


def check_rendered(topology: Topology, folder: Path) -> Iterator[str]:
    """Check what was rendered; yield a line for each file.

    Raises:
        CheckFailed: the first file that is refused.
    """
    for machine in topology.machines.values():
        for path, command in _CHECKERS.items():
            file = folder / machine.name / path
            if file.exists():
                yield _check(file, [*command, str(file)])


def _check(file: Path, command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CheckFailed(f"{file}: {command[0]}: {(done.stderr or done.stdout).strip()}")
    return f"{file}: {command[0]} takes it"
