from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ops.nagios.plugins.answer import Status
from ops.nagios.plugins.database import check, judge, parse

if TYPE_CHECKING:
    from pathlib import Path

SYNCED = {
    "wsrep_cluster_status": "Primary",
    "wsrep_local_state_comment": "Synced",
    "wsrep_cluster_size": "3",
    "wsrep_ready": "ON",
}


@pytest.mark.parametrize(
    ("differs", "status"),
    [
        ({}, Status.OK),
        ({"wsrep_cluster_size": "2"}, Status.WARNING),
        ({"wsrep_local_state_comment": "Donor/Desynced"}, Status.OK),
        ({"wsrep_local_state_comment": "Joined"}, Status.WARNING),
        ({"wsrep_local_state_comment": "Initialized"}, Status.CRITICAL),
        ({"wsrep_ready": "OFF"}, Status.CRITICAL),
        ({"wsrep_cluster_status": "non-Primary"}, Status.CRITICAL),
    ],
)
def test_a_node_is_judged_by_what_galera_says(differs: dict[str, str], status: Status) -> None:
    assert judge({**SYNCED, **differs}, nodes=3).status is status


def test_a_database_of_no_cluster_is_critical() -> None:
    assert judge({}, nodes=3).status is Status.CRITICAL


def test_the_clients_table_is_read_by_its_tabs() -> None:
    table = "Variable_name\tValue\nwsrep_cluster_size\t3\nwsrep_local_state_comment\tSynced\n"
    assert parse(table)["wsrep_cluster_size"] == "3"


def test_a_database_that_does_not_run_is_critical(tmp_path: Path) -> None:
    found = check(str(tmp_path / "socket"), nodes=3, timeout=5)
    assert found.status is Status.CRITICAL
    assert "does not answer" in found.text
