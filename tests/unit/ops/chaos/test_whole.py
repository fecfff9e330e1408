"""A balancer uses every server but those that are in reserve."""

from __future__ import annotations

import pytest

from ops.chaos.whole import unused_server
from ops.topology import read_topology

TOPOLOGY = read_topology()


def test_servers_that_are_up_are_in_use() -> None:
    assert unused_server(TOPOLOGY, figures(s1="UP", s2="no check", s3="UP 1/2", s4="MAINT")) == ""


def test_only_what_is_in_reserve_may_be_out_of_use() -> None:
    assert unused_server(TOPOLOGY, figures(s1="UP", s2="MAINT")) == "tracks/s2 is MAINT"


@pytest.mark.parametrize("status", ["DOWN", "DRAIN", "NOLB", "MAINT (via tracks/s1)"])
def test_a_server_that_gets_nothing_is_not_in_use(status: str) -> None:
    assert unused_server(TOPOLOGY, figures(s1=status)) == f"tracks/s1 is {status}"


def figures(**states: str) -> str:
    """Return what a balancer tells of these servers."""
    rows = [f"tracks,{name},{status},2" for name, status in states.items()]
    return "\n".join(["# pxname,svname,status,type", "tracks,BACKEND,UP,1", *rows, ""])
