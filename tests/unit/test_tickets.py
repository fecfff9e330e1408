from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from cdpsfy.settings import TicketKey
from cdpsfy.tickets import EVERYTHING, Action, InvalidTicket, Ticket, TicketSigner

OLD = TicketKey("old", "an old secret of the tests, long enough")
NEW = TicketKey("new", "a new secret of the tests, long enough")
HOUR = 3600
NOON = 1_800_014_400
"""A moment at which a rounded span of six hours begins."""


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def set_clock(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    monkeypatch.setattr("cdpsfy.tickets.time.time", lambda: now)


def test_a_ticket_says_what_it_was_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOON)
    signer = TicketSigner([NEW])
    # They are believed for a minute longer: clocks differ.
    work, play = NOON + HOUR // 2 + 60, NOON + 18 * HOUR + 60

    assert signer.check(signer.play("key")) == Ticket(Action.PLAY, "key", 0, play)
    assert signer.check(signer.delete("key")) == Ticket(Action.DELETE, "key", 0, work)
    assert signer.check(signer.upload("ulid", 99)) == Ticket(Action.UPLOAD, "ulid", 99, work)
    assert signer.check(signer.list()) == Ticket(Action.LIST, EVERYTHING, 0, work)


def test_after_a_change_of_keys_old_tickets_are_still_believed() -> None:
    old = TicketSigner([OLD]).play("key")

    assert TicketSigner([NEW, OLD]).check(old).subject == "key"


def test_the_first_key_signs() -> None:
    token = TicketSigner([NEW, OLD]).play("key")

    assert jwt.get_unverified_header(token)["kid"] == "new"
    assert TicketSigner([NEW]).check(token).subject == "key"


def test_a_key_that_was_taken_away_is_not_believed() -> None:
    with pytest.raises(InvalidTicket, match="cannot be believed"):
        TicketSigner([NEW]).check(TicketSigner([OLD]).play("key"))


def test_another_secret_of_the_same_name_is_not_believed() -> None:
    forged = TicketSigner([TicketKey("new", OLD.secret)]).play("key")

    with pytest.raises(InvalidTicket, match="cannot be believed"):
        TicketSigner([NEW]).check(forged)


def test_a_play_ticket_stays_the_same_for_six_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = TicketSigner([NEW])
    tokens = []

    for now in (NOON - 1, NOON, NOON + 6 * HOUR - 1, NOON + 6 * HOUR):
        set_clock(monkeypatch, now)
        tokens.append(signer.play("key"))

    before, first, last, after = tokens
    assert first == last
    assert len({before, first, after}) == 3


@pytest.mark.parametrize("now", [NOON, NOON + 1, NOON + 6 * HOUR - 1])
def test_a_play_ticket_lives_for_12_to_18_hours(monkeypatch: pytest.MonkeyPatch, now: int) -> None:
    set_clock(monkeypatch, now)

    life = claims_of(TicketSigner([NEW]).play("key"))["exp"] - now

    assert 12 * HOUR < life <= 18 * HOUR


def test_tickets_that_change_something_live_for_half_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock(monkeypatch, NOON)
    signer = TicketSigner([NEW])

    for token in (signer.upload("ulid", 1), signer.delete("key"), signer.list()):
        assert claims_of(token)["exp"] == NOON + HOUR // 2


def test_clocks_may_differ_by_less_than_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = TicketSigner([NEW])
    now = time.time()
    set_clock(monkeypatch, now - HOUR // 2 - 30)
    just_over = signer.delete("key")
    set_clock(monkeypatch, now - HOUR // 2 - 90)
    expired = signer.delete("key")

    set_clock(monkeypatch, now)
    assert signer.check(just_over).subject == "key"
    with pytest.raises(InvalidTicket, match="expired"):
        signer.check(expired)


def test_a_ticket_that_was_believed_before_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock(monkeypatch, NOON)
    signer = TicketSigner([NEW])
    token = signer.delete("key")
    end = signer.check(token).end

    set_clock(monkeypatch, end - 1)
    assert signer.check(token).subject == "key"
    set_clock(monkeypatch, end)
    with pytest.raises(InvalidTicket, match="expired"):
        signer.check(token)


def test_what_one_signer_believed_is_no_news_to_another() -> None:
    token = TicketSigner([OLD]).play("key")
    TicketSigner([OLD]).check(token)

    with pytest.raises(InvalidTicket, match="cannot be believed"):
        TicketSigner([NEW]).check(token)


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "ñ", "\0", "e30.e30.e30"])
def test_what_is_no_ticket_is_not_believed(token: str) -> None:
    with pytest.raises(InvalidTicket, match="cannot be believed"):
        TicketSigner([NEW]).check(token)


def test_no_ticket_at_all_is_not_believed() -> None:
    with pytest.raises(InvalidTicket):
        TicketSigner([NEW]).check("")
