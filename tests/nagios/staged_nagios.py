"""A real Nagios with the configuration that we render, whose checks find what a test says.

Each command is replaced by one that reads what it finds from a file. So only the states of machines
and services are made up; what follows from them, and who is told of what, is Nagios' own doing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from ops.render import render
from ops.topology import STANDARD, read_topology
from tests.components import require_program, require_root

if TYPE_CHECKING:
    from types import TracebackType

_QUICK = """
[cluster]
home = {home}
notify = file:{folder}/told
nagios_users =
[deadlines]
storage_operation = 6
watch = {watch}
watch_again = 3
watch_timeout = 5
"""
_FIND = """#!/bin/sh
read -r code <"{folder}/states/$1/$2" 2>/dev/null || code=0
echo "made up: $code"
exit "$code"
"""
OK, WARNING, CRITICAL, UNKNOWN = range(4)
HOST = "-"
"""In the place of a service: the machine itself."""


class Told(NamedTuple):
    """One notification."""

    host: str
    service: str
    state: str


class StagedNagios:
    """Nagios, as a context manager; every state is OK to begin with.

    It looks every `watch` seconds, and is certain of it after 6 s more. It becomes a user of its
    own, so it needs a folder that others than root may enter.
    """

    def __init__(self, folder: Path, watch: int = 4) -> None:
        self._folder = folder
        self._watch = watch
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        require_root()
        nagios = require_program("nagios4")
        overlay = self._folder / "quick.ini"
        home = Path(sys.prefix).parent
        overlay.write_text(_QUICK.format(home=home, folder=self._folder, watch=self._watch))
        topology = read_topology(STANDARD, overlay)
        render(topology, self._folder / "rendered")
        self._stage(self._folder / "rendered/nagios")
        for name in ("states", "lib/rw", "lib/spool/checkresults", "log/archives"):
            (self._folder / name).mkdir(parents=True)
        subprocess.run(["chown", "-R", "nagios:nagios", self._folder], check=True)
        config = self._folder / "nagios.cfg"
        subprocess.run([nagios, "-v", config], check=True, capture_output=True)
        self._process = subprocess.Popen([nagios, config], stdout=subprocess.DEVNULL)
        self.wait_until_all_is_checked()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def find(self, state: int, host: str, *services: str) -> None:
        """Let all later checks of these services find a state; without one, of the host."""
        for service in services or (HOST,):
            file = self._folder / "states" / host / service
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"{state}\n")

    def services(self, host: str) -> list[str]:
        return [service for owner, service in self._state() if owner == host and service != HOST]

    def hosts(self) -> list[str]:
        return [host for host, service in self._state() if service == HOST]

    def next_look(self, host: str, service: str) -> int:
        """Return when it is due [Unix s]."""
        return int(self._state()[host, service]["next_check"])

    def look_now(self, host: str, service: str = HOST) -> None:
        """Let it look at a service at once; without one, at the host."""
        kind, what = ("HOST", host) if service == HOST else ("SVC", f"{host};{service}")
        now = int(time.time())
        with (self._folder / "lib/rw/nagios.cmd").open("w") as commands:
            commands.write(f"[{now}] SCHEDULE_FORCED_{kind}_CHECK;{what};{now}\n")

    def told(self) -> list[Told]:
        """Return all notifications so far."""
        file = self._folder / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        return [Told(*line.split("\t")[1:4]) for line in lines]

    def handled(self) -> list[str]:
        """Return the services whose event handler ran for a state that is certain."""
        log = (self._folder / "log/nagios.log").read_text()
        return re.findall(r"\] SERVICE EVENT HANDLER: ([^;]+;[^;]+);CRITICAL;HARD", log)

    def wait(self, seconds: float) -> None:
        """Let it look and tell for a while."""
        time.sleep(seconds)

    def wait_until_all_is_checked(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            state = self._state()
            if state and all(block.get("has_been_checked") == "1" for block in state.values()):
                return
            time.sleep(0.2)
        raise TimeoutError("Nagios did not look at everything within 30 s")

    def wait_until_all_is_well(self) -> None:
        deadline = time.monotonic() + 60
        while problems := self._problems():
            if time.monotonic() > deadline:
                raise TimeoutError(f"Nagios still shows {problems}")
            time.sleep(0.5)

    def _problems(self) -> list[tuple[str, str]]:
        state = self._state()
        return sorted(key for key, block in state.items() if block["current_state"] != "0")

    def _state(self) -> dict[tuple[str, str], dict[str, str]]:
        """Read Nagios' own status file: by host and service."""
        try:
            text = (self._folder / "lib/status.dat").read_text()
        except FileNotFoundError:
            return {}
        found = {}
        for kind, body in re.findall(r"^(\w+) \{\n(.*?)\n\t\}", text, re.MULTILINE | re.DOTALL):
            if kind in {"hoststatus", "servicestatus"}:
                block = dict(line.strip().split("=", 1) for line in body.splitlines())
                found[block["host_name"], block.get("service_description", HOST)] = block
        return found

    def _stage(self, machine: Path) -> None:
        """Turn the machine's files into those of this stage."""
        config = (machine / "etc/nagios4/nagios.cfg").read_text()
        for old, new in {
            "/etc/nagios4/cdpsfy": self._folder / "objects",
            "/var/lib/nagios4": self._folder / "lib",
            "/var/log/nagios4": self._folder / "log",
        }.items():
            config = config.replace(old, str(new))
        (self._folder / "nagios.cfg").write_text(config)
        shutil.copytree(machine / "etc/nagios4/cdpsfy", self._folder / "objects")
        find = self._folder / "find.sh"
        find.write_text(_FIND.format(folder=self._folder))
        find.chmod(0o755)
        commands = self._folder / "objects/commands.cfg"
        commands.write_text(_staged(commands.read_text(), find))


def _staged(commands: str, find: Path) -> str:
    """Let every command that looks read what it finds; those that tell stay as they are."""

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith(("notify", "fresh", "look")):
            return match[0]
        if name == "repair":
            return f"command_name  {name}\n  command_line  /bin/true\n"
        service = HOST if name in {"machine", "port", "network"} else "'$SERVICEDESC$'"
        return f"command_name  {name}\n  command_line  {find} $HOSTNAME$ {service}\n"

    return re.sub(r"command_name  (\S+)\n  command_line  .*\n", replaced, commands)
