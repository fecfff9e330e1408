"""What is asked of other machines, by the real check_nrpe of the real remote executor."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ops.nagios.plugins.answer import Status
from ops.nagios.plugins.first_of import choose
from ops.nagios.plugins.remote import Question
from ops.topology import STANDARD
from tests.components import free_port
from tests.nagios.remote_executor import RemoteExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAGIOS = STANDARD.with_name("nagios")
LOCAL = "127.0.0.1"


@pytest.fixture
def executor() -> Iterator[RemoteExecutor]:
    # pytest's own folders are root's alone.
    with TemporaryDirectory(prefix="nrpe-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with RemoteExecutor(folder) as executor:
            yield executor


def plugin(name: str, *arguments: object) -> tuple[int, str]:
    command = [str(_NAGIOS / "plugins" / name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout.strip()


def machine(port: int, before: str = "UP") -> tuple[int, str]:
    return plugin("machine.sh", LOCAL, port, 5, before)


def test_a_machine_whose_executor_answers_is_up(executor: RemoteExecutor) -> None:
    assert machine(executor.port) == (0, "OK: 127.0.0.1 answers")
    assert machine(executor.port, "DOWN")[0] == Status.OK


def test_a_frozen_machine_is_down_though_it_answers_pings(executor: RemoteExecutor) -> None:
    with executor.frozen():
        code, text = machine(executor.port)
    assert code == Status.CRITICAL
    assert "is frozen" in text


def test_a_machine_without_its_executor_lives() -> None:
    assert machine(free_port())[0] == Status.OK


def test_a_machine_that_was_down_is_up_only_when_its_executor_answers() -> None:
    code, text = machine(free_port(), "DOWN")
    assert code == Status.CRITICAL
    assert "port" in text


def test_an_answer_comes_with_its_state_and_its_figures(executor: RemoteExecutor) -> None:
    executor.find(1, "WARNING: 2 of 3 bricks | bricks=2")
    with Question("found", [LOCAL], executor.port, timeout=10) as question:
        assert [*question.replies()] == [
            (LOCAL, (Status.WARNING, "2 of 3 bricks", {"bricks": "2"})),
        ]


@pytest.mark.parametrize("command", ["found", "unheard_of"])
def test_who_does_not_know_or_cannot_be_asked_is_unknown(
    command: str, executor: RemoteExecutor
) -> None:
    port = free_port() if command == "found" else executor.port
    with Question(command, [LOCAL], port, timeout=5) as question:
        assert [reply.answer.status for reply in question.replies()] == [Status.UNKNOWN]


def test_a_machine_that_hangs_keeps_nobody_waiting(executor: RemoteExecutor) -> None:
    with executor.frozen(), Question("found", [LOCAL], executor.port, timeout=1) as question:
        assert choose(question.replies()).status is Status.UNKNOWN


def test_a_process_that_runs_is_well_and_one_that_is_stopped_is_not() -> None:
    process = subprocess.Popen(["sleep", "300.25"])
    try:
        assert plugin("process.sh", "sleep", "300.25")[0] == Status.OK
        subprocess.run(["kill", "-STOP", str(process.pid)], check=True)
        code, text = plugin("process.sh", "sleep", "300.25")
        assert code == Status.CRITICAL
        assert "is stopped" in text
    finally:
        process.kill()
        process.wait()
    assert plugin("process.sh", "sleep", "300.25") == (
        Status.CRITICAL,
        "CRITICAL: no process sleep (300.25)",
    )


def test_who_holds_an_address_says_so() -> None:
    assert plugin("holds.sh", LOCAL)[0] == Status.OK
    assert plugin("holds.sh", "10.255.255.1")[0] == Status.WARNING


def test_the_network_is_well_while_one_machine_answers() -> None:
    assert plugin("network.sh", "10.255.255.1", LOCAL) == (0, "OK: 127.0.0.1 answers")
    assert plugin("network.sh", "10.255.255.1")[0] == Status.CRITICAL


@pytest.mark.parametrize("name", ["machine.sh", "process.sh", "holds.sh", "network.sh"])
def test_a_wrong_call_is_unknown(name: str) -> None:
    assert plugin(name)[0] == Status.UNKNOWN


def test_plugins_run_without_the_projects_environment_for_any_user() -> None:
    somebody = ["runuser", "-u", "nobody", "--", "env", "-i"]
    command = [*somebody, str(_NAGIOS / "run.sh"), "plugins.ready", "http://127.0.0.1:1"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == Status.CRITICAL
    assert "does not answer" in done.stdout


STATUS = """\
servicestatus {{
\thost_name=nas1
\tservice_description=brick
\tcurrent_state={state}
\tcurrent_notification_number={told}
\t}}

servicestatus {{
\thost_name=nas2
\tservice_description=brick
\tcurrent_state=2
\tcurrent_notification_number=0
\t}}
"""


@pytest.mark.parametrize(
    ("came", "state", "told", "taken"),
    [("UP", 2, 0, True), ("UP", 2, 1, False), ("UP", 0, 0, False), ("DOWN", 2, 0, False)],
)
def test_what_was_not_told_is_taken_for_well_when_its_machine_came_back(
    came: str, state: int, told: int, *, taken: bool, tmp_path: Path
) -> None:
    status, commands = tmp_path / "status.dat", tmp_path / "nagios.cmd"
    status.write_text(STATUS.format(state=state, told=told))
    commands.touch()
    fresh_start = [str(_NAGIOS / "fresh_start.sh"), came, "nas1", str(status), str(commands)]
    subprocess.run(fresh_start, check=True)
    found = "PROCESS_SERVICE_CHECK_RESULT;nas1;brick;0;OK: its machine came back\n"
    assert commands.read_text().endswith(found) is taken
    assert "nas2" not in commands.read_text()
