"""One run: people on a client, faults one at a time, and the verdict when all is over."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ops.chaos.alarms import await_all_clear
from ops.chaos.ledger import Ledger, What, read_ledger
from ops.chaos.nemesis import torment
from ops.chaos.people import people
from ops.chaos.untold import CLEAR_WITHIN
from ops.chaos.verdict import judge
from ops.chaos.whole import NotWhole, await_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ops.chaos.faults import Fault
    from ops.chaos.ledger import Event
    from ops.chaos.verdict import Verdict
    from ops.lab import Lab


class InUse(Exception):
    """Somebody else has the lab; the message says for what."""


def run(
    lab: Lab, faults: Sequence[Fault], folder: Path, *, seed: int, say: Callable[[str], None]
) -> tuple[list[Event], Verdict]:
    """Torment the lab with these faults; return the ledger and the verdict.

    folder is for the journals; seed decides what is uploaded.

    Raises:
        InUse: another run is going on.
        NotWhole: the cluster was not whole before it began.
    """
    journals = folder / "people.jsonl", folder / "faults.jsonl"
    with _lab_for_ourselves(lab, f"chaos {folder}"):
        await_whole(lab)
        folder.mkdir(parents=True)
        with people(lab, journals[0], seed) as require, Ledger(journals[1]) as ledger:
            say(f"{len(faults)} faults; the journals are in {folder}")
            for fault in faults:
                ledger.note(What.FAULT_PLANNED, fault=fault.name)
            try:
                torment(lab, _while(require, faults), ledger, say)
            except NotWhole as error:
                say(
                    f"given up: {error}"
                )  # the ledger has it, and what comes of it is a missed mark
        say("judging")
        events = read_ledger(*journals)
        verdict = judge(lab, events)
        alarms = await_all_clear(lab, events[0].at, until=events[-1].at + CLEAR_WITHIN)
        return sorted([*events, *alarms], key=lambda event: event.at), verdict


def _while(require: Callable[[], None], faults: Sequence[Fault]) -> Iterator[Fault]:
    for fault in faults:
        require()
        yield fault


@contextmanager
def _lab_for_ourselves(lab: Lab, purpose: str) -> Iterator[None]:
    note = lab.folder / "in-use-by"
    try:
        with note.open("x") as file:
            file.write(f"{purpose}\n")
    except FileExistsError:
        raise InUse(f"{note} says: {note.read_text().strip()}") from None
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
