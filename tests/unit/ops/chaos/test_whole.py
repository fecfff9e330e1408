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


def test_a_spare_is_not_asked_for() -> None:
    assert unused_server(TOPOLOGY, figures(s1="UP")) == ""


@pytest.mark.parametrize("status", ["DOWN", "DRAIN", "NOLB", "MAINT (via tracks/s1)"])
def test_a_server_that_gets_nothing_is_not_in_use(status: str) -> None:
    assert unused_server(TOPOLOGY, figures(s1=status)) == f"tracks/s1 is {status}"


def figures(**states: str) -> str:
    """Return what a balancer tells of these servers."""
    rows = [f"tracks,{name},{status},0,2" for name, status in states.items()]
    spare = "tracks,s4-alive,MAINT (via tracks_alive/s4),1,2"
    return "\n".join(["# pxname,svname,status,bck,type", "tracks,BACKEND,UP,0,1", spare, *rows, ""])
