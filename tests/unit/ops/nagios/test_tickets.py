from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from ulid import ULID

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import Action, TicketSigner
from ops.nagios.plugins.tickets import NoKey, Tickets
from ops.nagios.plugins.ulid import made_at, make_ulid

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a-secret-of-the-tests-and-of-nothing-else"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "ticket_keys"
    file.write_text(f"new:{SECRET} old:another-secret-of-the-tests-and-of-nothing\n")
    return file


def test_the_track_service_believes_the_monitors_tickets(keys: Path) -> None:
    ticket = Tickets(keys).sign("upload", "01JABCDEF", limit=8044)
    service = TicketSigner([TicketKey("new", SECRET)])
    believed = service.check(ticket)

    assert (believed.action, believed.subject, believed.limit) == (Action.UPLOAD, "01JABCDEF", 8044)


@pytest.mark.parametrize("text", [None, "\n"])
def test_without_a_key_nothing_can_be_signed(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ticket_keys"
    if text is not None:
        file.write_text(text)
    with pytest.raises(NoKey, match="ticket_keys"):
        Tickets(file)


def test_a_ulid_names_its_moment_and_is_never_the_same() -> None:
    made = make_ulid()
    assert abs(ULID.from_str(made).timestamp - time.time()) < 5
    assert made_at(made) == ULID.from_str(made).timestamp
    assert made != make_ulid()
