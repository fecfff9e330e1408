"""`cdpsfy storage copy` moves a library, says what comes next, and can be interrupted."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.functional.cli.library import Library, cdpsfy, start

if TYPE_CHECKING:
    from pathlib import Path

OK, WARNING, CRITICAL, UNKNOWN = range(4)


@pytest.fixture
def other(tmp_path: Path) -> Library:
    return Library(tmp_path / "b")


def test_a_library_moves_and_the_next_steps_are_told(library: Library, other: Library) -> None:
    keys = library.put(b"one", b"two", b"three")

    done = cdpsfy("storage", "copy", "--from", library.ini, "--to", other.ini)

    assert done.returncode == OK
    assert "pass 1: 3 copied\npass 2: 3 there already\n" in done.stdout
    assert f"cdpsfy fsck {other.ini}" in done.stdout
    assert [entry.key for entry in other.driver.list()] == keys
    assert cdpsfy("scrub", other.ini).stdout == "3 whole\n"


def test_a_damaged_object_is_critical_and_the_rest_moves(library: Library, other: Library) -> None:
    keys = library.put(b"one", b"two")
    library.damage(keys[0])

    done = cdpsfy("storage", "copy", "--from", library.ini, "--to", other.ini)

    assert done.returncode == CRITICAL
    assert f"damaged: {keys[0]} on " in done.stdout
    assert "fails its checksum" in done.stdout
    assert "restart" not in done.stdout
    assert [entry.key for entry in other.driver.list()] == keys[1:]


def test_interrupted_it_leaves_no_part_and_goes_on(library: Library, other: Library) -> None:
    bad, *_ = library.put(*(bytes([n]) * 500_000 for n in range(6)))
    library.damage(bad)
    command = ["storage", "copy", "--from", library.ini, "--to", other.ini]
    with start(*command, "--rate", "50KiB") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"damaged:")
        process.send_signal(signal.SIGTERM)
        assert b"the same command goes on" in process.stdout.read()
    assert process.returncode == WARNING
    assert all(entry.committed for entry in other.driver.list())

    cdpsfy(*command)

    assert len(list(other.driver.list())) == 5


def test_a_target_that_is_no_volume_is_unknown(library: Library, other: Library) -> None:
    library.put(b"one")
    (other.volume / ".cdpsfy-volume").unlink()

    done = cdpsfy("storage", "copy", "--from", library.ini, "--to", other.ini)

    assert done.returncode == UNKNOWN
    assert f"the target: {other.volume} holds no .cdpsfy-volume" in done.stderr
