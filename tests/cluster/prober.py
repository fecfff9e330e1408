"""Asks an address twenty times a second, each time anew; tells the longest time without an answer.

python prober.py ADDRESS PORT     until its standard input ends
"""

from __future__ import annotations

import select
import socket
import sys
import time

_PAUSE = 0.05
_PATIENCE = 0.5


def answers(address: str, port: int) -> bool:
    """Tell whether an HTTP answer begins within half a second."""
    try:
        with socket.create_connection((address, port), _PATIENCE) as connection:
            connection.settimeout(_PATIENCE)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: nobody\r\nConnection: close\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def main(address: str, port: int) -> None:
    """Probe until nobody wants to know any more; print the longest gap in seconds."""
    last, longest = time.monotonic(), 0.0
    while not select.select([sys.stdin], [], [], _PAUSE)[0]:
        if answers(address, port):
            longest = max(longest, time.monotonic() - last)
            last = time.monotonic()
    print(f"{max(longest, time.monotonic() - last):.2f}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
