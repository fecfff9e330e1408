"""Asks for small answers with wrk, as many as a server gives, over connections that stay open."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.processes import CannotMeasure

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCRIPT = Path(__file__).with_name("wrk.lua")
_CONNECTIONS = 8
_PATIENCE = 10
"""Seconds for an answer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is asked for of a song: length bytes from any offset of [first, last]."""

    length: int
    first: int
    last: int


WHOLE = Piece(0, 0, 0)


def ask(url: str, paths: Sequence[str], piece: Piece, *, seconds: float, seed: int) -> int:
    """Ask for a piece of any of the paths, again and again; return how many answers came.

    Raises:
        CannotMeasure: a request was refused or got no answer.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as list_of_paths:
        list_of_paths.write("\n".join(paths))
        list_of_paths.flush()
        options = ["-t1", f"-c{_CONNECTIONS}", f"-d{seconds:g}s", f"--timeout={_PATIENCE}s"]
        numbers = map(str, (piece.length, piece.first, piece.last, seed))
        done = subprocess.run(
            ["wrk", *options, "-s", str(_SCRIPT), url, "--", list_of_paths.name, *numbers],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise CannotMeasure(f"wrk failed on {url}: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    if found["refused"] or found["broken"] or not found["requests"]:
        raise CannotMeasure(f"{url} did not answer all that wrk asked for: {found}")
    return int(found["requests"])
