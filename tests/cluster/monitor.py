"""What Nagios of the lab shows and tells."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ops.lab.cluster import Lab

HOST = "-"
"""In the place of a service: the machine itself."""
_BAD_SERVICES = "servicestatus=warning+critical+unknown"
_BAD_HOSTS = "hoststatus=down+unreachable"
_PAUSE = 0.5


class Told(NamedTuple):
    """One notification."""

    host: str
    service: str
    state: str


class Monitor:
    """Nagios, by its web page and the file that it tells people in."""

    def __init__(self, lab: Lab) -> None:
        self._machine = next(lab.machines[machine.name] for machine in lab.topology.role("monitor"))
        self._file = lab.topology.cluster["notify"].removeprefix("file:")
        self._page = f"http://127.0.0.1:{lab.topology.ports['nagios']}/cgi-bin/nagios4"
        self._before = 0

    def begin(self) -> None:
        """Forget what was told so far."""
        self._before = len(self._lines())

    def told(self) -> list[Told]:
        """Return what was told since, in that order."""
        return [Told(*line.split("\t")[1:4]) for line in self._lines()[self._before :]]

    def await_told(self, expected: list[Told], within: float) -> float:
        """Return after how many seconds all of this was told."""
        start = time.monotonic()
        while missing := set(expected) - set(self.told()):
            if time.monotonic() - start > within:
                raise AssertionError(
                    f"not told within {within} s: {missing}; told: {self.told()}; "
                    f"shown: {self.problems()}"
                )
            time.sleep(_PAUSE)
        return time.monotonic() - start

    def problems(self) -> set[tuple[str, str]]:
        """Return which services and machines Nagios shows as not well."""
        services = self._ask(f"query=servicelist&{_BAD_SERVICES}")["servicelist"]
        hosts = self._ask(f"query=hostlist&{_BAD_HOSTS}")["hostlist"]
        shown = {(host, name) for host, names in services.items() for name in names}
        return shown | {(host, HOST) for host in hosts}

    def await_well(self, within: float, except_for: set[tuple[str, str]]) -> float:
        """Return after how many seconds all is well, but for what was not before."""
        start = time.monotonic()
        while problems := self.problems() - except_for:
            if time.monotonic() - start > within:
                raise AssertionError(f"still not well after {within} s: {problems}")
            time.sleep(_PAUSE)
        return time.monotonic() - start

    def _ask(self, query: str) -> dict[str, Any]:
        said = self._machine.run("curl", "-sf", "-m", "10", f"{self._page}/statusjson.cgi?{query}")
        data: dict[str, Any] = json.loads(said)["data"]
        return data

    def _lines(self) -> list[str]:
        code, said = self._machine.attempt("cat", self._file)
        return said.splitlines() if code == 0 else []
