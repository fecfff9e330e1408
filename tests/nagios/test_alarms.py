"""Which alarms a fault raises, with the checks made up: one for each fault, and one for its end."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.gluster import wait_for
from tests.nagios.staged_nagios import CRITICAL, HOST, OK, UNKNOWN, WARNING, StagedNagios, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG_ENOUGH = 16
"""Seconds until Nagios is certain of everything, with the stage's deadlines."""
NRPE = "nagios-nrpe-server"


@contextmanager
def stage(watch: int) -> Iterator[StagedNagios]:
    # pytest's own folders are root's alone, and every run of it sees to that.
    with TemporaryDirectory(prefix="nagios-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with StagedNagios(folder, watch) as nagios:
            yield nagios


@pytest.fixture(scope="module")
def nagios() -> Iterator[StagedNagios]:
    with stage(watch=4) as nagios:
        yield nagios


class Fault:
    """What checks find while something is wrong; the first ones at once, the others with them."""

    def __init__(self, nagios: StagedNagios) -> None:
        self._nagios = nagios
        self._found: list[tuple[str, str]] = []
        self._before = len(nagios.told())

    def find(self, state: int, host: str, *services: str) -> None:
        self._nagios.find(state, host, *services)
        self._found += [(host, service) for service in services or (HOST,)]

    def dead(self, host: str) -> None:
        """Nothing on a machine answers."""
        self.find(CRITICAL, host)
        self.find(UNKNOWN, host, *self._nagios.services(host))
        self.find(CRITICAL, host, NRPE)

    def mend(self) -> None:
        for host, service in self._found:
            self._nagios.find(OK, host, service)

    def told(self) -> list[Told]:
        """Return the notifications since the fault began."""
        self._nagios.wait(_LONG_ENOUGH)
        new = self._nagios.told()[self._before :]
        self._before += len(new)
        return new


@pytest.fixture
def fault(nagios: StagedNagios) -> Iterator[Fault]:
    fault = Fault(nagios)
    yield fault
    fault.mend()
    nagios.wait_until_all_is_well()
    # What is told of that takes a moment more.
    nagios.wait(4)


def test_a_dead_nas_is_one_alarm(fault: Fault) -> None:
    fault.dead("nas1")
    fault.find(WARNING, "nas2", "glusterd")
    fault.find(WARNING, "nas3", "glusterd")
    fault.find(WARNING, "cluster", "volume")
    assert fault.told() == [Told("nas1", HOST, "DOWN")]
    fault.mend()
    # Its bricks are served, and copies are still to be healed.
    fault.find(WARNING, "cluster", "volume")
    assert fault.told() == [Told("nas1", HOST, "UP")]


def test_services_that_come_up_after_their_machine_are_no_alarm(
    fault: Fault, nagios: StagedNagios
) -> None:
    fault.dead("s1")
    assert fault.told() == [Told("s1", HOST, "DOWN")]
    # A machine that was down is up when its remote executor answers (plugins/machine.sh).
    nagios.find(CRITICAL, "s1", "cdpsfy-edge", "cdpsfy-nas", "cdpsfy-tracks", "balanced")
    nagios.find(OK, "s1", NRPE)
    nagios.find(OK, "s1")
    nagios.wait(5)
    fault.mend()
    assert fault.told() == [Told("s1", HOST, "UP")]


@pytest.mark.long
def test_a_dead_balancer_is_one_alarm(fault: Fault) -> None:
    fault.dead("lb1")
    fault.find(CRITICAL, "lb1", "haproxy")
    assert fault.told() == [Told("lb1", HOST, "DOWN")]


@pytest.mark.long
def test_a_dead_node_of_the_database_is_one_alarm(fault: Fault) -> None:
    fault.dead("db1")
    fault.find(CRITICAL, "db1", "balanced")
    fault.find(WARNING, "db2", "mariadb")
    fault.find(WARNING, "db3", "mariadb")
    fault.find(WARNING, "cluster", "database")
    assert fault.told() == [Told("db1", HOST, "DOWN")]


def test_a_dead_brick_is_one_alarm_and_is_repaired(fault: Fault, nagios: StagedNagios) -> None:
    fault.find(CRITICAL, "nas2", "brick")
    fault.find(WARNING, "cluster", "volume")
    assert fault.told() == [Told("nas2", "brick", "CRITICAL")]
    assert "nas2;brick" in nagios.handled()
    fault.mend()
    assert fault.told() == [Told("nas2", "brick", "OK")]


def test_two_dead_bricks_are_repaired_though_the_quorum_is_lost(
    fault: Fault, nagios: StagedNagios
) -> None:
    fault.find(CRITICAL, "cluster", "bricks", "volume", "upload-play-delete")
    fault.find(CRITICAL, "nas1", "brick", "self-heal")
    fault.find(CRITICAL, "nas3", "brick")
    assert sorted(fault.told()) == [
        Told("cluster", "bricks", "CRITICAL"),
        Told("nas1", "brick", "CRITICAL"),
        Told("nas3", "brick", "CRITICAL"),
    ]
    assert {"nas1;brick", "nas3;brick"} <= set(nagios.handled())


@pytest.mark.long
def test_a_dead_mount_is_one_alarm(fault: Fault) -> None:
    fault.find(CRITICAL, "s1", "cdpsfy-nas", "cdpsfy-tracks", "balanced")
    assert fault.told() == [Told("s1", "cdpsfy-nas", "CRITICAL")]
    fault.mend()
    assert fault.told() == [Told("s1", "cdpsfy-nas", "OK")]


@pytest.mark.long
def test_a_dead_service_is_one_alarm_though_the_balancers_see_it_too(fault: Fault) -> None:
    fault.find(CRITICAL, "web1", "cdpsfy-web", "balanced")
    assert fault.told() == [Told("web1", "cdpsfy-web", "CRITICAL")]


@pytest.mark.long
def test_a_dead_remote_executor_is_one_alarm(fault: Fault, nagios: StagedNagios) -> None:
    others = [service for service in nagios.services("web2") if service not in {NRPE, "balanced"}]
    fault.find(CRITICAL, "web2", NRPE)
    fault.find(UNKNOWN, "web2", *others)
    assert fault.told() == [Told("web2", NRPE, "CRITICAL")]


@pytest.mark.long
def test_a_nagios_that_is_cut_off_tells_that_and_nothing_else(
    fault: Fault, nagios: StagedNagios
) -> None:
    fault.find(CRITICAL, "management")
    for host in set(nagios.hosts()) - {"management", "nagios", "cluster"}:
        fault.dead(host)
    assert fault.told() == [Told("management", HOST, "DOWN")]
    fault.mend()
    assert fault.told() == [Told("management", HOST, "UP")]


@pytest.mark.long
def test_a_lost_quorum_is_told_once_beside_the_machines(fault: Fault) -> None:
    for nas in ("nas1", "nas2"):
        fault.dead(nas)
    fault.find(CRITICAL, "nas3", "glusterd")
    fault.find(CRITICAL, "cluster", "bricks", "volume", "upload-play-delete")
    for server in ("s1", "s2", "s3"):
        fault.find(CRITICAL, server, "cdpsfy-tracks", "balanced")
    assert sorted(fault.told()) == [
        Told("cluster", "bricks", "CRITICAL"),
        Told("nas1", HOST, "DOWN"),
        Told("nas2", HOST, "DOWN"),
    ]


@pytest.mark.long
def test_a_lost_address_is_told_once_beside_what_should_hold_it(fault: Fault) -> None:
    for balancer in ("lb1", "lb2"):
        fault.find(CRITICAL, balancer, "keepalived")
    fault.find(CRITICAL, "cluster")
    fault.find(CRITICAL, "cluster", "address-clients", "address-services", "pages", "certificate")
    for web in ("web1", "web2"):
        fault.find(CRITICAL, web, "cdpsfy-web", "balanced")
    assert sorted(fault.told()) == [
        Told("cluster", HOST, "DOWN"),
        Told("lb1", "keepalived", "CRITICAL"),
        Told("lb2", "keepalived", "CRITICAL"),
    ]
    fault.mend()
    assert sorted(fault.told()) == [
        Told("cluster", HOST, "UP"),
        Told("lb1", "keepalived", "OK"),
        Told("lb2", "keepalived", "OK"),
    ]


@pytest.mark.long
def test_a_fault_that_passes_is_not_told(fault: Fault, nagios: StagedNagios) -> None:
    fault.find(CRITICAL, "cluster", "pages")
    nagios.wait(1.5)
    fault.mend()
    assert fault.told() == []


def test_a_cause_is_given_its_time_however_many_consequences_ask_for_it(
    fault: Fault, nagios: StagedNagios
) -> None:
    others = [service for service in nagios.services("s1") if service != NRPE]
    fault.find(UNKNOWN, "s1", *others)
    fault.find(CRITICAL, "s1", NRPE)
    nagios.wait(4)
    fault.mend()
    assert fault.told() == []


@pytest.mark.long
def test_what_only_a_warning_tells_of_is_told(fault: Fault) -> None:
    fault.find(WARNING, "nas1", "brick-disk")
    fault.find(WARNING, "lb2", "certificate")
    fault.find(WARNING, "cluster", "certificate")
    assert sorted(fault.told()) == [
        Told("lb2", "certificate", "WARNING"),
        Told("nas1", "brick-disk", "WARNING"),
    ]


def test_a_cause_is_looked_at_before_its_consequence_is_told() -> None:
    """Take one that would not be due in time, and let it begin after its last look."""
    watch, certain = 12, 6
    consequences = {
        ("lb1", "certificate"): ("cluster", "certificate"),
        ("cluster", "database"): ("cluster", "pages"),
        ("cluster", "address-services"): ("web2", "cdpsfy-web"),
        ("nas1", "glusterd"): ("nas1", "brick"),
        ("nas3", "glusterd"): ("nas3", "self-heal"),
        ("db2", "mariadb"): ("db2", "cdpsfy-database-check"),
    }
    with stage(watch) as nagios:
        lead = {
            cause: (nagios.next_look(*consequence) - nagios.next_look(*cause)) % watch
            for cause, consequence in consequences.items()
        }
        cause = min(lead, key=lambda cause: abs(lead[cause] - certain / 2))
        assert 0 < lead[cause] < watch - certain
        due = nagios.next_look(*cause)
        wait_for(lambda: nagios.next_look(*cause) > due, "its last look before the fault")
        nagios.find(CRITICAL, *cause)
        nagios.find(CRITICAL, *consequences[cause])
        nagios.wait(watch + certain)
        told = nagios.told()

    assert told == [Told(*cause, "CRITICAL")]


def test_a_machine_that_died_just_after_a_look_at_it_is_one_alarm() -> None:
    with stage(watch=15) as nagios:
        nagios.look_now("nas1")
        nagios.wait(0.5)
        nagios.find(CRITICAL, "nas1")
        nagios.find(CRITICAL, "nas1", NRPE)
        nagios.look_now("nas1", NRPE)
        nagios.wait(12)
        told = nagios.told()

    assert told == [Told("nas1", HOST, "DOWN")]
