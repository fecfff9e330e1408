"""The same seed gives the same faults, and no machine is left out."""

from __future__ import annotations

import pytest

from ops.chaos.faults import all_faults
from ops.chaos.sequence import UnknownFault, each_machine_once, named, rounds_of_all
from ops.topology import read_topology

TOPOLOGY = read_topology()
MACHINES = {
    *("lb1", "lb2", "s1", "s2", "s3", "nas1", "nas2", "nas3"),
    *("web1", "web2", "db1", "db2", "db3", "database", "all", "balancers"),
}


def test_every_machine_in_use_can_be_killed_frozen_cut_off_and_switched_off() -> None:
    names = {fault.name for fault in all_faults(TOPOLOGY)}

    for machine in MACHINES - {"database", "all", "balancers"}:
        kinds = ("kill", "freeze", "cut", "power", "one-way")
        assert names >= {f"{machine}.{kind}" for kind in kinds}


def test_no_two_faults_have_one_name() -> None:
    names = [fault.name for fault in all_faults(TOPOLOGY)]

    assert len(set(names)) == len(names)


def test_the_short_run_has_each_machine_once() -> None:
    machines = [fault.machine for fault in each_machine_once(TOPOLOGY, 1)]

    assert sorted(machines) == sorted(MACHINES)


def test_a_seed_gives_the_same_faults_again() -> None:
    first, second = (rounds_of_all(TOPOLOGY, 7, 2) for _ in range(2))

    assert [fault.name for fault in first] == [fault.name for fault in second]


def test_another_seed_gives_another_order() -> None:
    first, second = (rounds_of_all(TOPOLOGY, seed, 1) for seed in (1, 2))

    assert [fault.name for fault in first] != [fault.name for fault in second]


def test_each_round_has_every_fault() -> None:
    names = [fault.name for fault in rounds_of_all(TOPOLOGY, 7, 2)]

    assert sorted(names) == sorted(2 * [fault.name for fault in all_faults(TOPOLOGY)])


def test_faults_can_be_chosen_by_name_and_by_pattern() -> None:
    chosen = named(TOPOLOGY, ["nas2.power", "nas?.freeze"])

    assert [fault.name for fault in chosen] == [
        "nas2.power",
        "nas1.freeze",
        "nas2.freeze",
        "nas3.freeze",
    ]


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(UnknownFault, match=r"nas9\.cut is no fault; known: lb1\.kill, "):
        named(TOPOLOGY, ["nas9.cut"])


def test_a_fault_can_last_longer_but_not_what_repairs_itself() -> None:
    frozen, killed = (named(TOPOLOGY, [name])[0] for name in ("s1.freeze", "s1.kill"))

    assert frozen.lasting(60).lasts == 60
    assert killed.lasting(60).lasts == killed.lasts
