"""Settings choose the driver, ours or another's; what is wrong with them is named."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from storage import Misconfigured, open_driver
from storage.filesystem import FilesystemDriver
from storage.memory import MemoryDriver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THIRD_PARTY = """
from storage.memory import MemoryDriver

class TapeDriver(MemoryDriver):
    pass
"""


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install another project's driver `tape`, as pip would: a module and its dist-info."""
    (tmp_path / "tape_storage.py").write_text(THIRD_PARTY)
    info = tmp_path / "tape_storage-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tape-storage\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cdpsfy.storage]\ntape = tape_storage:TapeDriver\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("tape_storage", None)


def test_a_driver_is_chosen_by_name(tmp_path: Path) -> None:
    assert isinstance(open_driver({"storage.driver": "memory"}), MemoryDriver)
    assert isinstance(
        open_driver({"storage.driver": "filesystem", "storage.path": str(tmp_path)}),
        FilesystemDriver,
    )


def test_the_settings_of_others_are_not_looked_at() -> None:
    open_driver({"storage.driver": "memory", "tracks.url": "x", "storageroom": "y"})


def test_a_missing_driver_is_named() -> None:
    with pytest.raises(
        Misconfigured, match=r"storage\.driver is missing; .*filesystem, gluster-fuse"
    ):
        open_driver({})


def test_an_unknown_driver_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.driver = tape is unknown; .*memory"):
        open_driver({"storage.driver": "tape"})


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.colour is not a setting of this driver"):
        open_driver({"storage.driver": "memory", "storage.colour": "blue"})


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"storage\.path is missing"):
        open_driver({"storage.driver": "filesystem", "storage.path": " "})


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refusal:
        open_driver({"storage.driver": "filesystem", "storage.pth": "/srv", "storage.colour": "b"})

    for name in ("storage.path", "storage.pth", "storage.colour"):
        assert f"{name} is" in str(refusal.value)


@pytest.mark.usefixtures("third_party")
def test_the_driver_of_another_project_is_found() -> None:
    driver = open_driver({"storage.driver": "tape"})

    assert type(driver).__name__ == "TapeDriver"


@pytest.mark.usefixtures("third_party")
def test_the_driver_of_another_project_is_offered() -> None:
    with pytest.raises(Misconfigured, match=r"memory, tape"):
        open_driver({})
