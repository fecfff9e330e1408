"""A bad copy is touched only where that cannot make the volume poorer, and is never thrown away.

That Gluster then makes a new one is a matter of a real volume: tests/storage/gluster.
"""

from __future__ import annotations

import io
import os
import uuid
from typing import TYPE_CHECKING

import pytest

from storage import mark
from storage.brick import Brick
from storage.driver import BLOCK_SIZE
from storage.errors import Misconfigured
from storage.filesystem import FilesystemDriver, FolderFiles
from storage.layout import SENTINEL, path_of
from storage.repair import Repair
from storage.scrub import Checked, Verdict
from storage.set_aside import set_aside
from storage.throttle import Throttle
from tests.components import require_root

if TYPE_CHECKING:
    from pathlib import Path

GFID = uuid.UUID("5f0b5d0e-7c1e-4a58-9c60-3d6a3f0f9a11")
DATA = bytes(range(256)) * 8192  # two blocks
ULID = "01JD0000000000000000000000"
WRONG_MARK = b"1 5 audio/mpeg 00000000"


class Replica:
    """A folder that holds a copy as a brick does, with the second name that Gluster gives it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.path = folder
        driver = FilesystemDriver.from_settings({"path": str(folder)})
        driver.initialise()
        (folder / SENTINEL).write_text("one volume", "ascii")
        self.key = driver.put(io.BytesIO(DATA), "audio/mpeg", ULID).key
        self.copy = folder / path_of(self.key)
        self.link = folder / ".glusterfs" / "5f" / "0b" / str(GFID)
        self.link.parent.mkdir(parents=True)
        os.setxattr(self.copy, "trusted.gfid", GFID.bytes)
        self.link.hardlink_to(self.copy)

    def flip(self, block: int = 0) -> None:
        with self.copy.open("r+b") as file:
            file.seek(block * BLOCK_SIZE)
            file.write(b"X")

    def set_mark(self, value: bytes) -> None:
        os.setxattr(self.copy, mark.NAME, value)

    def kept(self) -> list[Path]:
        return list((self.path.parent / f"set-aside-{self.path.name}").glob("*"))


class FilesWhereAllAnswer(FolderFiles):
    """The files that a replica shows while no node is away."""

    def copies_answering(self, path: str) -> int:  # noqa: ARG002
        return 3


@pytest.fixture
def replicas(tmp_path: Path) -> list[Replica]:
    require_root()
    return [Replica(tmp_path / f"nas{number}") for number in (1, 2, 3)]


@pytest.fixture
def bad(replicas: list[Replica]) -> Replica:
    """Return the replica on whose node the repair runs."""
    return replicas[0]


def driver_of(
    replicas: list[Replica], files: type[FolderFiles] = FilesWhereAllAnswer
) -> FilesystemDriver:
    """Return a driver whose volume shows the last copy, and which can ask for each of them."""
    each = [files(replica.path) for replica in replicas]
    return FilesystemDriver(each[-1], replicas=each)


def mend(bad: Replica, driver: FilesystemDriver) -> Checked:
    brick = Brick(bad.path)
    # Nothing heals these folders, so there is nothing to wait for.
    return Repair(brick, driver, patience=0).mend(brick.check(bad.key, Throttle()))


def test_both_names_of_a_copy_go_and_its_bytes_stay(bad: Replica) -> None:
    aside = set_aside(bad.path, bad.key)

    assert not bad.copy.exists()
    assert not bad.link.exists()
    assert bad.kept() == [aside]
    assert aside.name.startswith(f"{bad.key}.")
    assert aside.read_bytes() == DATA


def test_an_interrupted_setting_aside_is_finished(bad: Replica) -> None:
    bad.link.unlink()

    set_aside(bad.path, bad.key)

    assert not bad.copy.exists()
    assert len(bad.kept()) == 1


def test_the_name_of_another_file_is_not_touched(bad: Replica) -> None:
    bad.link.unlink()
    bad.link.write_bytes(b"somebody else's")

    with pytest.raises(OSError, match="is another file than"):
        set_aside(bad.path, bad.key)

    assert bad.link.read_bytes() == b"somebody else's"
    assert bad.copy.exists()


def test_a_bad_copy_beside_whole_ones_is_set_aside(replicas: list[Replica], bad: Replica) -> None:
    bad.flip()

    found = mend(bad, driver_of(replicas))

    assert not bad.copy.exists()
    assert str(bad.kept()[0]) in found.detail
    assert "no whole copy came back" in found.detail


def test_the_wrong_mark_of_one_copy_alone_is_set_aside(
    replicas: list[Replica], bad: Replica
) -> None:
    bad.set_mark(WRONG_MARK)

    mend(bad, driver_of(replicas))

    assert len(bad.kept()) == 1


def test_copies_that_are_right_only_when_put_together_stay(
    replicas: list[Replica], bad: Replica
) -> None:
    bad.flip(block=0)
    for replica in replicas[1:]:
        replica.flip(block=1)

    found = mend(bad, driver_of(replicas))

    assert "left as it is: no replica has it whole (wrong bytes" in found.detail
    assert bad.copy.exists()


def test_a_copy_stays_while_another_has_another_mark(replicas: list[Replica], bad: Replica) -> None:
    bad.flip()
    replicas[1].set_mark(WRONG_MARK)

    found = mend(bad, driver_of(replicas))

    assert "left as it is: another copy has another mark" in found.detail
    assert bad.copy.exists()


def test_right_bytes_stay_while_another_copy_has_wrong_ones(
    replicas: list[Replica], bad: Replica
) -> None:
    bad.set_mark(WRONG_MARK)
    replicas[1].flip()

    found = mend(bad, driver_of(replicas))

    assert "left as it is: another copy has wrong bytes" in found.detail
    assert bad.copy.exists()


def test_a_copy_stays_while_a_node_is_away(replicas: list[Replica], bad: Replica) -> None:
    bad.flip()

    found = mend(bad, driver_of(replicas, FolderFiles))

    assert "left as it is: only 1 of 3 nodes answer" in found.detail
    assert bad.copy.exists()


def test_a_lost_mark_is_given_back_and_nothing_set_aside(bad: Replica) -> None:
    os.removexattr(bad.copy, mark.NAME)
    os.utime(bad.copy, (0, 0))
    whole = Replica(bad.path.with_name("whole"))
    # A mark set through the volume reaches every copy; here the volume shows the one that lost it.
    driver = FilesystemDriver(FolderFiles(bad.path), replicas=[FolderFiles(whole.path)])

    found = mend(bad, driver)

    assert found.verdict is Verdict.REPAIRED
    assert os.getxattr(bad.copy, mark.NAME) == os.getxattr(whole.copy, mark.NAME)
    assert bad.kept() == []


def test_after_a_copy_that_did_not_come_back_no_other_is_touched(
    replicas: list[Replica], bad: Replica
) -> None:
    brick = Brick(bad.path)
    repair = Repair(brick, driver_of(replicas), patience=0)
    bad.flip()
    first = repair.mend(brick.check(bad.key, Throttle()))
    bad.copy.write_bytes(b"one more")

    second = repair.mend(first)

    assert "left as it is: an earlier copy did not come back" in second.detail
    assert bad.copy.read_bytes() == b"one more"


def test_a_brick_of_another_volume_is_refused(replicas: list[Replica], bad: Replica) -> None:
    (bad.path / SENTINEL).write_text("another volume", "ascii")

    with pytest.raises(Misconfigured, match=r"their \.cdpsfy-volume differ"):
        Repair(Brick(bad.path), driver_of(replicas))


def test_without_a_way_to_each_replica_nothing_is_repaired(bad: Replica) -> None:
    with pytest.raises(Misconfigured, match=r"set storage\.hosts and storage\.volume"):
        Repair(Brick(bad.path), FilesystemDriver(FolderFiles(bad.path)))
