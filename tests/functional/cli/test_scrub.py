"""`cdpsfy scrub` says in words and in its exit code what an operator and Nagios must know."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.deployment import CDPSFY
from tests.functional.cli.library import Library, cdpsfy, start

if TYPE_CHECKING:
    from pathlib import Path

OK, WARNING, CRITICAL, UNKNOWN = range(4)


def test_a_sound_library_is_ok(library: Library) -> None:
    library.put(b"one", b"two")

    done = cdpsfy("scrub", library.ini)

    assert done.returncode == OK
    assert done.stdout == "2 whole\n"
    assert "scrub: 100 %, 2 objects" in done.stderr


def test_an_empty_library_is_ok(library: Library) -> None:
    done = cdpsfy("scrub", library.ini)

    assert done.returncode == OK
    assert done.stdout == "nothing is there to check\n"


def test_damage_is_critical_and_named(library: Library) -> None:
    keys = library.put(b"one", b"two", b"three")
    library.damage(keys[1])

    done = cdpsfy("scrub", library.ini)

    assert done.returncode == CRITICAL
    assert f"damaged: {keys[1]} on " in done.stdout
    assert "fails its checksum" in done.stdout
    assert "2 whole, 1 damaged" in done.stdout


def test_an_old_leftover_is_a_warning(library: Library) -> None:
    (key,) = library.put(b"one")
    library.unmark(key, hours_ago=25)

    done = cdpsfy("scrub", library.ini)

    assert done.returncode == WARNING
    assert f"leftover older than a day: {key}" in done.stdout


def test_an_upload_under_way_is_no_warning(library: Library) -> None:
    (key,) = library.put(b"one")
    library.unmark(key)

    done = cdpsfy("scrub", library.ini)

    assert done.returncode == OK
    assert done.stdout == "1 under way\n"


def test_a_volume_that_is_away_is_unknown(library: Library) -> None:
    library.volume.rename(library.volume.with_name("elsewhere"))
    library.volume.mkdir()

    done = cdpsfy("scrub", library.ini)

    assert done.returncode == UNKNOWN
    assert f"{library.volume} holds no .cdpsfy-volume" in done.stderr


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--rate", "fast"], "'--rate': write a whole number and one of B, KiB, MiB, GiB"),
        (["--rate", "0 MiB"], "'--rate': 0 MiB is too little"),
        (["--repair"], "name its --brick"),
        (["--brick", "/nowhere"], "/nowhere is no brick"),
        (["--state", "/nowhere/state"], "--state /nowhere/state: No such file"),
    ],
)
def test_a_wrong_call_is_unknown(library: Library, options: list[str], complaint: str) -> None:
    done = cdpsfy("scrub", library.ini, *options)

    assert done.returncode == UNKNOWN
    assert complaint in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("site.conf", "", "the name of a configuration ends in .ini"),
        ("site.ini", "", "site.ini: no settings of [app:tracks]: No section 'tracks'"),
        ("site.ini", "driver = filesystem", "site.ini: no settings of [app:tracks]: File contains"),
        (
            "site.ini",
            "[app:tracks]\nuse = egg:cdpsfy#tracks\nstorage.path = %(nowhere)s/x",
            "Bad value substitution: option 'storage.path'",
        ),
    ],
)
def test_a_config_that_is_none_is_unknown(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    config = tmp_path / name
    config.write_text(text, "utf-8")

    done = cdpsfy("scrub", config)

    assert done.returncode == UNKNOWN
    assert complaint in done.stderr


def test_interrupted_it_goes_on_where_it_was(library: Library, tmp_path: Path) -> None:
    first, second, *_ = library.put(*(bytes([n]) * 500_000 for n in range(6)))
    library.damage(first)
    library.damage(second)
    state = tmp_path / "state"
    with start("scrub", library.ini, "--state", state, "--rate", "50 KiB") as process:
        assert process.stdout is not None
        assert first.encode() in process.stdout.readline()
        assert second.encode() in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read().startswith(b"interrupted: ")
    assert process.returncode == CRITICAL

    resumed = cdpsfy("scrub", library.ini, "--state", state)

    assert first not in resumed.stdout
    assert resumed.stdout.endswith("4 whole, 2 damaged\n")
    assert resumed.returncode == CRITICAL
    assert not state.exists()


def test_interrupted_without_damage_is_a_warning(library: Library) -> None:
    old, *_ = library.put(*(bytes([n]) * 500_000 for n in range(6)))
    library.unmark(old, hours_ago=25)
    with start("scrub", library.ini, "--rate", "50 KiB") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        # Nobody to hear its last words would be an error of its own.
        process.stdout.read()

    assert process.returncode == WARNING


def test_help_is_no_failure() -> None:
    done = cdpsfy("scrub", "--help")

    assert done.returncode == OK
    assert "check every byte" in done.stdout


def test_the_state_of_another_library_is_refused(library: Library, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text('{"subject": "/another.ini", "after": "ff", "found": {}}', "utf-8")

    done = cdpsfy("scrub", library.ini, "--state", state)

    assert done.returncode == UNKNOWN
    assert f"--state {state} belongs to /another.ini" in done.stderr


def test_a_state_that_is_none_is_refused(library: Library, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("half a sta", "utf-8")

    done = cdpsfy("scrub", library.ini, "--state", state)

    assert done.returncode == UNKNOWN
    assert "remove it to begin anew" in done.stderr


def test_a_terminal_shows_a_bar(library: Library) -> None:
    library.put(b"one", b"two")
    ours, theirs = pty.openpty()

    subprocess.run([CDPSFY, "scrub", library.ini], stderr=theirs, check=True, timeout=60)

    shown = os.read(ours, 65536)
    os.close(theirs)
    os.close(ours)
    assert b"####" in shown
    assert b"100%" in shown


def test_a_brick_is_checked_without_a_config(library: Library) -> None:
    keys = library.put(b"one", b"two")
    library.damage(keys[0])

    done = cdpsfy("scrub", "--brick", library.volume)

    assert done.returncode == CRITICAL
    assert f"damaged: {library.path(keys[0])}: wrong bytes" in done.stdout
    assert "1 whole, 1 damaged" in done.stdout


def test_without_a_way_to_each_replica_nothing_is_repaired(library: Library) -> None:
    (key,) = library.put(b"one")
    library.damage(key)

    done = cdpsfy("scrub", library.ini, "--brick", library.volume, "--repair")

    assert done.returncode == UNKNOWN
    assert "set storage.hosts and storage.volume" in done.stderr
    assert library.path(key).exists()
