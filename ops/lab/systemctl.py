"""Stands in for `systemctl` on a machine of the lab: asks `init.py`.

systemctl start|stop|restart|reload|is-active NAME...
systemctl kill [-s SIGNAL] NAME...
systemctl status | daemon-reload | enable [--now] NAME...
"""

from __future__ import annotations

import json
import socket
import sys

_CONTROL = "/run/cdpsfy-init"
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
    worst = 0
    if verb in {"status", "is-active"}:
        states = json.loads(ask("status")[1])
        for name in names or states:
            state = states.get(name.removesuffix(".service"), "inactive")
            print(state if verb == "is-active" else f"{name} {state}")  # noqa: T201
            worst = max(worst, 0 if state == "active" else 3)
    elif verb:
        for name in names:
            rest = [signal_name] if verb == "kill" else []
            code, text = ask(verb, name, *rest)
            if code:
                sys.stderr.write(f"systemctl: {name}: {text}\n")
            worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
