"""Reads the figures of HAProxy: its statistics page as CSV (management guide, 9.1)."""

from __future__ import annotations

import csv
from typing import NamedTuple
from urllib.request import urlopen

from ops.nagios.plugins.answer import Unknown

_COUNTERPARTS = {"FRONTEND", "BACKEND"}


class Server(NamedTuple):
    """One server of a backend; its state is as HAProxy says it, like UP, `UP 1/2` or MAINT."""

    backend: str
    name: str
    state: str
    why: str
    """What its last check found."""

    @property
    def is_up(self) -> bool:
        """Whether it gets requests; while it is going down or coming up it does, or soon will."""
        return self.state.startswith("UP") or self.state.startswith("DOWN ")

    @property
    def is_drained(self) -> bool:
        """Whether an operator, or the server itself, wants no requests for it now."""
        return self.state.startswith(("DRAIN", "NOLB", "MAINT"))


def servers(url: str, timeout: float) -> list[Server]:
    """Return all servers that a balancer knows.

    Raises:
        Unknown: it does not answer.
    """
    try:
        with urlopen(f"{url}/;csv", timeout=timeout) as response:  # noqa: S310 - our own address
            return parse(response.read().decode())
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise Unknown(f"{url} does not answer: {reason}") from error


def parse(text: str) -> list[Server]:
    """Read the CSV; spares are left out: each is another backend's server once more."""
    return [
        Server(row["pxname"], row["svname"], row["status"], row["last_chk"] or row["check_status"])
        for row in csv.DictReader(text.removeprefix("# ").splitlines())
        if row["svname"] not in _COUNTERPARTS and row["bck"] != "1"
    ]
