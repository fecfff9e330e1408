"""What is told to systemd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdpsfy import systemd

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_systemd_that_does_not_listen_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))

    systemd.notify("READY=1")
