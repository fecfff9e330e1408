"""Which faults, in which order: the same for the same seed."""

from __future__ import annotations

import random
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TYPE_CHECKING

from ops.chaos.faults import all_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.chaos.faults import Fault
    from ops.topology import Topology


class UnknownFault(Exception):
    """No fault bears this name; the message lists those that there are."""


def each_machine_once(topology: Topology, seed: int) -> list[Fault]:
    """Return one fault for each machine, and one each of those that befall several."""
    chance = random.Random(seed)  # noqa: S311 - to be replayed, not secret
    by_machine = groupby(all_faults(topology), key=lambda fault: fault.machine)
    chosen = [chance.choice(list(faults)) for _, faults in by_machine]
    return chance.sample(chosen, len(chosen))


def rounds_of_all(topology: Topology, seed: int, rounds: int) -> list[Fault]:
    """Return every fault so many times, each round in an order of its own."""
    chance = random.Random(seed)  # noqa: S311 - to be replayed, not secret
    faults = all_faults(topology)
    return [fault for _ in range(rounds) for fault in chance.sample(faults, len(faults))]


def named(topology: Topology, names: Sequence[str]) -> list[Fault]:
    """Return these faults in this order; a name may be a pattern, as `*.freeze`.

    Raises:
        UnknownFault: nothing bears one of the names.
    """
    faults = all_faults(topology)
    chosen = []
    for name in names:
        alike = [fault for fault in faults if fnmatchcase(fault.name, name)]
        if not alike:
            raise UnknownFault(f"{name} is no fault; known: {', '.join(f.name for f in faults)}")
        chosen += alike
    return chosen
