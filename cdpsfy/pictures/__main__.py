"""Reads a picture from stdin, and writes its squares to stdout: `python -m cdpsfy.pictures SIDE…`.

The first line is JSON, either `{"lengths": […]}` and then the squares, one behind the other, or
`{"reason": "…"}`.
"""

from __future__ import annotations

import json
import resource
import sys

from cdpsfy.pictures.decoding import squares
from cdpsfy.pictures.reasons import NotACover

_MEMORY = 768 << 20
"""Bytes. A WebP of the most pixels takes 520 MiB, which is more than others."""
_CPU = 10
"""Seconds."""


def main(sides: list[int]) -> None:
    """Give up all but what it takes; then read, decode and write."""
    # What is opened already stays: the three streams, and the libraries.
    limits = {"AS": _MEMORY, "CPU": _CPU, "FSIZE": 0, "NOFILE": 3, "CORE": 0}
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    try:
        pictures = squares(sys.stdin.buffer.read(), sides)
    except NotACover as refusal:
        _write({"reason": refusal.reason})
    else:
        _write({"lengths": [len(picture) for picture in pictures]}, *pictures)


def _write(head: dict[str, object], *pictures: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(pictures))


if __name__ == "__main__":
    main([int(side) for side in sys.argv[1:]])
