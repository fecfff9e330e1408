"""Two balancers share their addresses: when the one in charge is in trouble, the other answers."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.lab import Lab
    from ops.lab.machine import Machine

_PROBER = str(Path(__file__).with_name("prober.py"))
_GIVEN_UP = 10.0
"""Seconds; it takes one to three on a machine that does nothing else (docs/reliability.md)."""

FAULTS: dict[str, tuple[Callable[[Lab, Machine], None], Callable[[Lab, Machine], None]]] = {
    "haproxy killed": (lambda _, lb: lb.kill_service("haproxy"), lambda *_: None),
    "haproxy stopped": (
        lambda _, lb: lb.stop_service("haproxy"),
        lambda _, lb: lb.start_service("haproxy"),
    ),
    "power off": (lambda _, lb: lb.power_off(), lambda _, lb: lb.power_on()),
    "frozen": (lambda _, lb: lb.freeze(), lambda _, lb: lb.thaw()),
    "cut off from clients": (
        lambda lab, lb: lab.fabric.cut(lb, "clients"),
        lambda lab, lb: lab.fabric.join(lb, "clients"),
    ),
    "unheard among the clients, link up": (
        lambda lab, lb: lab.fabric.isolate(lb, "clients"),
        lambda lab, _: lab.fabric.clear(),
    ),
    "unheard among the servers, link up": (
        lambda lab, lb: lab.fabric.isolate(lb, "services"),
        lambda lab, _: lab.fabric.clear(),
    ),
    "cut off from the servers": (
        lambda lab, lb: lab.fabric.cut(lb, "services"),
        lambda lab, lb: lab.fabric.join(lb, "services"),
    ),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS)
def test_the_other_balancer_takes_over(
    lab: Lab, fault: str, record_property: Callable[[str, object], None]
) -> None:
    begin, repair = FAULTS[fault]
    in_charge = _in_charge(lab)
    c1, address = lab.machines["c1"], lab.topology.virtual["clients"]
    other = next(each for each in _balancers(lab) if each is not in_charge)
    prober = c1.start(sys.executable, _PROBER, address, lab.topology.cluster["http_port"])
    time.sleep(1)

    begin(lab, in_charge)
    time.sleep(_GIVEN_UP)
    said, _ = prober.communicate(timeout=30)
    assert fault == "haproxy killed" or _holds(lab, other), "HAProxy alone starts again at once"
    assert fault in {"haproxy killed", "frozen"} or not _holds(lab, in_charge)
    repair(lab, in_charge)
    _wait_for_both(lab)

    record_property("gap", said.strip())
    print(f"{fault}: {said.strip()} s without an answer")  # noqa: T201
    assert float(said) < _GIVEN_UP / 2


def test_what_came_back_does_not_take_the_addresses_again(lab: Lab) -> None:
    first = _in_charge(lab)
    first.power_off()
    _until(lambda: _in_charge(lab) is not first)
    second = _in_charge(lab)

    first.power_on()
    _wait_for_both(lab)

    assert _in_charge(lab) is second


def _balancers(lab: Lab) -> list[Machine]:
    return [lab.machines[each.name] for each in lab.topology.role("balancer")]


def _holds(lab: Lab, machine: Machine) -> bool:
    if not machine.is_on:
        return False
    return f" {lab.topology.virtual['clients']}/" in machine.run("ip", "-4", "-br", "addr")


def _in_charge(lab: Lab) -> Machine:
    _until(lambda: sum(_holds(lab, each) for each in _balancers(lab)) == 1)
    return next(each for each in _balancers(lab) if _holds(lab, each))


def _wait_for_both(lab: Lab) -> None:
    _until(lambda: all(set(lb.services().values()) == {"active"} for lb in _balancers(lab)))
    _in_charge(lab)
    time.sleep(3)  # the one that came back has looked twice whether it is well


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
