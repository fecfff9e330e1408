"""Stands in for `systemctl` on a machine of the lab: asks `init.py`.

systemctl start|stop|restart|reload|is-active NAME...
systemctl kill [-s SIGNAL] NAME...
systemctl status [NAME...] | daemon-reload | enable [--now] NAME...
systemctl show NAME | is-enabled NAME       as far as Ansible asks
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

_CONTROL = "/run/cdpsfy-init"
_ENABLED = Path("/etc/cdpsfy/services")
_FOLDERS = (Path("/etc/systemd/system"), Path("/lib/systemd/system"))
_SILENT = {"daemon-reload", "enable", "disable", "reset-failed"}


def ask(*words: str) -> tuple[int, str]:
    """Ask process 1; return the exit code and what it said."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(_CONTROL)
        connection.sendall(json.dumps(words).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    code, text = json.loads(answer)
    return code, text


def main(words: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    signal_name = "SIGTERM"
    if "-s" in words:
        place = words.index("-s")
        signal_name = words[place + 1]
        del words[place : place + 2]
    now = "--now" in words
    verb, *names = [word for word in words if not word.startswith("-")]
    if verb in _SILENT:
        verb = {"enable": "start", "disable": "stop"}.get(verb, "") if now else ""
    if verb in {"status", "is-active"}:
        return _tell_states(names, bare=verb == "is-active")
    if verb == "show":
        return _show(names[0])
    if verb == "is-enabled":
        # What the machine starts when it boots.
        return int(names[0] not in _ENABLED.read_text("utf-8").split())
    return _do(verb, names, [signal_name] if verb == "kill" else []) if verb else 0


def _tell_states(names: list[str], *, bare: bool) -> int:
    states = json.loads(ask("status")[1])
    told = {name: states.get(name.removesuffix(".service"), "inactive") for name in names or states}
    for name, state in told.items():
        print(state if bare else f"{name} {state}")  # noqa: T201
    return 0 if set(told.values()) <= {"active"} else 3


def _show(name: str) -> int:
    unit = name if name.endswith((".service", ".timer")) else f"{name}.service"
    state = json.loads(ask("status")[1]).get(name.removesuffix(".service"), "inactive")
    loaded = "loaded" if any((folder / unit).exists() for folder in _FOLDERS) else "not-found"
    print(f"Id={unit}\nLoadState={loaded}\nActiveState={state}")  # noqa: T201
    return 0


def _do(verb: str, names: list[str], rest: list[str]) -> int:
    worst = 0
    for name in names:
        code, text = ask(verb, name, *rest)
        if code:
            sys.stderr.write(f"systemctl: {name}: {text}\n")
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
