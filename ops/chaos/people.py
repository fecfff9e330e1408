"""Lets the people of the load live on a client machine of the lab."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ops.lab.machine import ROOT

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ops.lab import Lab
    from ops.topology import Topology

AUTHORITY = "/etc/cdpsfy/ca.pem"
_FAREWELL = 300.0
"""Seconds that people have to finish what they began, and to list what they own."""


class PeopleTrouble(Exception):
    """The load did not begin, or did not end as it should."""


@contextmanager
def people(lab: Lab, ledger: Path, seed: int) -> Iterator[Callable[[], None]]:
    """Let people use the site while this lasts; give what raises PeopleTrouble if they are gone.

    The journal is whole at the end. ledger lies in a folder that the machines share with this one.

    Raises:
        PeopleTrouble: they could not begin, or not finish.
    """
    client = lab.topology.serving("client")[0].name
    options = ["--ca", AUTHORITY, "--seed", str(seed)]
    command = ["load", site_address(lab.topology), str(ledger.resolve()), *options]
    process = lab.machines[client].start(*on_machine(*command))
    try:
        if process.stdout is None or process.stdout.readline() != "on\n":
            raise PeopleTrouble(f"nobody could sign up and upload: see {ledger}")
        yield lambda: _require_alive(process)
    finally:
        process.communicate(timeout=_FAREWELL)  # whoever sees the end of its input goes home
    if process.returncode:
        raise PeopleTrouble(f"the load ended with exit code {process.returncode}")


def _require_alive(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        raise PeopleTrouble(f"the load died with exit code {process.returncode}")


def on_machine(*arguments: str) -> list[str]:
    """Return the command for a part of a run on a machine, which shares its files with us."""
    return ["sh", "-c", f'cd {ROOT} && exec "$0" -m ops.chaos "$@"', sys.executable, *arguments]


def site_address(topology: Topology) -> str:
    """Return the site's address, as clients know it."""
    port = topology.cluster["https_port"]
    return f"https://{topology.cluster['site']}" + (f":{port}" if port != "443" else "")
