"""Speaks systemd's two small protocols: telling it our state, taking the sockets it holds."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

_FIRST_SOCKET = 3


def notify(state: str) -> None:
    """Tell a state such as `READY=1` to a systemd that asked for it (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # Linux' abstract namespace
        address = "\0" + address[1:]
    # Serving matters more than telling: a systemd that is being restarted takes nothing.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(state.encode(), address)


def inherited_sockets() -> list[socket.socket]:
    """Return the listening sockets that were handed to this very process (sd_listen_fds(3))."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(os.environ.get("LISTEN_FDS", "0"))
    return [socket.socket(fileno=_FIRST_SOCKET + number) for number in range(count)]
