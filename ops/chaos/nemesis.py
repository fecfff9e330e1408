"""Does one fault after the other to a cluster, each when it has come back from the one before."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ops.chaos.faults import move_to
from ops.chaos.ledger import What
from ops.chaos.whole import NotWhole, await_whole, holders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ops.chaos.faults import Fault
    from ops.chaos.ledger import Ledger
    from ops.lab import Lab

_REST = 5.0
"""Seconds of peace between two faults."""


def torment(lab: Lab, faults: Iterable[Fault], ledger: Ledger, say: Callable[[str], None]) -> None:
    """Do these faults, and write down when each began, ended, and was overcome.

    Raises:
        NotWhole: the cluster did not come back; what follows would be two faults at a time.
    """
    for planned in faults:
        for fault in (*_before(lab, planned), planned):
            begin = time.monotonic()
            _overcome(lab, fault, ledger)
            say(f"{fault.name}: whole again {time.monotonic() - begin:.0f} s after it began")
            time.sleep(_REST)


def _before(lab: Lab, fault: Fault) -> list[Fault]:
    """Put the balancer in charge that is to be in trouble: nobody would notice the other one."""
    machine = lab.topology.machines.get(fault.machine)
    if machine is None or machine.role != "balancer":
        return []
    in_charge = holders(lab, lab.topology.virtual["clients"])
    return [] if in_charge == [machine.name] else [move_to(machine.name)]


def _overcome(lab: Lab, fault: Fault, ledger: Ledger) -> None:
    try:
        _do(lab, fault, ledger)
        await_whole(lab)
    except NotWhole as error:
        ledger.promise(What.NOT_WHOLE, fault=fault.name, problem=str(error))
        raise
    ledger.promise(What.WHOLE_AGAIN, fault=fault.name, machine=fault.machine)


def _do(lab: Lab, fault: Fault, ledger: Ledger) -> None:
    ledger.promise(What.FAULT_BEGAN, fault=fault.name, machine=fault.machine)
    try:
        fault.begin(lab)
        time.sleep(fault.lasts)
    finally:
        fault.repair(lab)
        ledger.promise(What.FAULT_ENDED, fault=fault.name, machine=fault.machine)
