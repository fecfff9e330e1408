"""What proc(5) says of a process and its children is read right."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.bench.processes import CannotMeasure, Server, cpu_ticks, kibibytes, parents, tree
from tests.components import free_port
from tests.ops.balancer import eventually

if TYPE_CHECKING:
    from pathlib import Path

_STAT = (
    "4242 ({name}) S 1 4242 4242 0 -1 4194560 1 2 3 4 "
    "100 20 3000 400 20 0 5 0 12345 1000 200 18446744073709551615"
)
_BUSY = (
    "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"
)


def await_word(word: str, log: Path) -> None:
    eventually(lambda: word in log.read_text("utf-8"))


def test_cpu_time_is_that_of_a_process_and_of_children_it_waited_for() -> None:
    assert cpu_ticks(_STAT.format(name="nginx")) == 100 + 20 + 3000 + 400


def test_a_name_with_spaces_and_parentheses_moves_no_field() -> None:
    assert cpu_ticks(_STAT.format(name="a (b) c) d")) == 3520


def test_a_process_that_has_gone_used_nothing_more() -> None:
    assert cpu_ticks("") == 0


def test_memory_is_the_number_of_its_own_line() -> None:
    text = "VmPeak:\t   900 kB\nVmHWM:\t   512 kB\nVmRSS:\t   100 kB\n"

    assert kibibytes("VmHWM", text) == 512


def test_a_zombie_has_no_memory() -> None:
    assert kibibytes("VmHWM", "Name:\tpython\nState:\tZ (zombie)\n") == 0


def test_a_tree_has_grandchildren_and_nobody_else() -> None:
    parent_of = {1: 0, 10: 1, 11: 10, 12: 11, 20: 1, 21: 20}

    assert sorted(tree(10, parent_of)) == [10, 11, 12]


def test_we_are_our_parents_child() -> None:
    assert parents()[os.getpid()] == os.getppid()


def test_the_work_of_a_child_that_ended_still_counts(tmp_path: Path) -> None:
    child = [sys.executable, "-c", _BUSY.format(seconds=0.3)]
    parent = f"import subprocess, time\nsubprocess.run({child!r})\nprint('done', flush=True)\n"
    server = Server("parent", [sys.executable, "-c", f"{parent}time.sleep(60)"], tmp_path)
    try:
        await_word("done", tmp_path / "parent.log")

        assert server.cpu() >= 0.3
    finally:
        server.stop()


def test_a_server_that_ends_at_once_is_told_with_its_own_words(tmp_path: Path) -> None:
    server = Server("broken", [sys.executable, "-c", "raise SystemExit('no port')"], tmp_path)

    with pytest.raises(CannotMeasure, match="no port"):
        server.await_answer(f"http://127.0.0.1:{free_port()}")


def test_open_files_are_counted(tmp_path: Path) -> None:
    program = (
        "import time\nsome = [open('/dev/null') for _ in range(40)]\n"
        "print('here', flush=True)\ntime.sleep(60)\n"
    )
    server = Server("opening", [sys.executable, "-c", program], tmp_path)
    try:
        await_word("here", tmp_path / "opening.log")

        assert 43 <= server.descriptors() < 60
    finally:
        server.stop()


def test_memory_that_is_taken_later_is_growth(tmp_path: Path) -> None:
    program = (
        "print('here', flush=True)\n"
        "import time, pathlib\nflag = pathlib.Path('grow')\n"
        "while not flag.exists(): time.sleep(0.02)\n"
        "some = b'x' * 30_000_000\nprint('grown', flush=True)\ntime.sleep(60)\n"
    )
    server = Server("growing", [sys.executable, "-c", program], tmp_path)
    log = tmp_path / "growing.log"
    try:
        await_word("here", log)
        growth = server.memory_growing()
        (tmp_path / "grow").touch()
        await_word("grown", log)

        assert growth.so_far() > 25
    finally:
        server.stop()
