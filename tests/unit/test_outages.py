"""Which errors of a database pass, and which of them leave it open what has happened."""

from __future__ import annotations

import time

import psycopg
import pymysql
import pytest
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cdpsfy.outages import OutcomeUnknown, is_conflict, may_have_happened, will_pass
from cdpsfy.web import retrying
from cdpsfy.web.retrying import Outage


def _error(number: int, *, broken: bool = False) -> DBAPIError:
    original = pymysql.OperationalError(number, "in MariaDB's words")
    return OperationalError("SELECT 1", None, original, connection_invalidated=broken)


@pytest.mark.parametrize("number", [1047, 1053, 1205, 1213, 1290, 1836, 1927, 2003, 2006, 2013])
def test_what_a_change_of_the_writer_brings_passes(number: int) -> None:
    assert will_pass(_error(number))


@pytest.mark.parametrize("number", [1045, 1049, 1146])
def test_what_an_operator_has_to_mend_does_not_pass(number: int) -> None:
    assert not will_pass(_error(number))


def test_a_broken_connection_passes_whatever_its_error() -> None:
    assert will_pass(
        InterfaceError("", None, pymysql.InterfaceError(0, ""), connection_invalidated=True)
    )
    assert will_pass(_error(9999, broken=True))


def test_what_is_no_error_of_the_database_does_not_pass() -> None:
    assert not will_pass(None)
    assert not will_pass(ValueError(2013))


def test_a_pool_without_a_free_connection_passes() -> None:
    assert will_pass(PoolTimeout())
    assert will_pass(OutcomeUnknown())


@pytest.mark.parametrize(("number", "unknown"), [(1213, False), (2013, True), (1047, True)])
def test_a_commit_that_lost_a_deadlock_has_certainly_done_nothing(
    number: int,
    unknown: bool,  # noqa: FBT001
) -> None:
    assert may_have_happened(_error(number)) is unknown


@pytest.mark.parametrize("number", [1205, 1213, 1317])
def test_a_conflict_is_no_outage(number: int) -> None:
    assert is_conflict(_error(number))
    assert not is_conflict(_error(number, broken=True))


@pytest.mark.parametrize("number", [1047, 1290, 2003, 2013])
def test_a_database_that_is_away_is_no_conflict(number: int) -> None:
    assert not is_conflict(_error(number))
    assert not is_conflict(OutcomeUnknown())


def test_one_waits_for_a_failover_and_not_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_FAILOVER", 0.2)
    monkeypatch.setattr(retrying, "_APART", 0.2)
    outage = Outage()

    first = outage.is_worth_waiting(since=time.monotonic())
    time.sleep(0.15)
    second = outage.is_worth_waiting(since=time.monotonic())
    time.sleep(0.15)
    late = outage.is_worth_waiting(since=time.monotonic())
    time.sleep(0.3)
    another = outage.is_worth_waiting(since=time.monotonic())
    patient = outage.is_worth_waiting(since=time.monotonic() - 0.3)

    assert (first, second, late, another, patient) == (True, True, False, True, False)


@pytest.mark.parametrize(
    ("kind", "passes"),
    [
        (psycopg.OperationalError, True),  # of libpq: refused, or lost
        (psycopg.errors.ConnectionTimeout, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.CannotConnectNow, True),
        (psycopg.errors.TooManyConnections, True),
        (psycopg.errors.ReadOnlySqlTransaction, True),
        (psycopg.errors.DeadlockDetected, True),
        (psycopg.errors.InvalidPassword, False),
        (psycopg.errors.UndefinedTable, False),
        (psycopg.errors.UniqueViolation, False),
    ],
)
def test_postgresql_says_by_its_sqlstate_what_passes(
    kind: type[psycopg.Error],
    passes: bool,  # noqa: FBT001
) -> None:
    error = OperationalError("SELECT 1", None, kind("in PostgreSQL's words"))

    assert will_pass(error) is passes


def test_a_deadlock_in_postgresql_is_a_conflict_that_did_nothing() -> None:
    error = OperationalError("COMMIT", None, psycopg.errors.DeadlockDetected("lost"))

    assert is_conflict(error)
    assert not may_have_happened(error)
