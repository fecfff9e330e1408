"""What an ini says of a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cdpsfy.deployment import TRACKS, WEB, Deployment
from cdpsfy.settings import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

INI = """
[server:main]
listen = localhost:6543

[server:tracks]
drain_grace = 3 s
drain_timeout = {timeout}
"""


def _deployment(folder: Path, timeout: str) -> Deployment:
    path = folder / "cdpsfy.ini"
    path.write_text(INI.format(timeout=timeout), "utf-8")
    return Deployment(path)


def test_a_server_is_stopped_when_its_drain_is_over(tmp_path: Path) -> None:
    deployment = _deployment(tmp_path, "2 min")

    assert deployment.stopping_time(WEB) == 60
    assert deployment.stopping_time(TRACKS) == 123


def test_a_drain_that_is_no_duration_is_named(tmp_path: Path) -> None:
    deployment = _deployment(tmp_path, "soon")

    with pytest.raises(Misconfigured, match=r"\[server:tracks\] drain_timeout: "):
        deployment.stopping_time(TRACKS)
