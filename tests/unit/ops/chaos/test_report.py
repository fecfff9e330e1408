"""Each event is told of the machine that was in trouble, in a table and in a drawing."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ops.chaos.alarms import parse
from ops.chaos.figures import PEACE, by_machine
from ops.chaos.ledger import Event, What
from ops.chaos.plot import plot
from ops.chaos.report import summary
from ops.chaos.verdict import Verdict
from ops.topology import read_topology

TOPOLOGY = read_topology()
GOOD = Verdict(uploads=1, deletions=0, copies=3, problems=[])


def event(at: float, what: What, **facts: object) -> Event:
    return Event(at, what, facts)


def fault(name: str, began: float) -> list[Event]:
    facts = {"fault": name, "machine": name.partition(".")[0]}
    whats = (What.FAULT_BEGAN, What.FAULT_ENDED, What.WHOLE_AGAIN)
    return [event(began + 10 * turn, what, **facts) for turn, what in enumerate(whats)]


EVENTS = [
    event(0, What.ANSWER, deed="play", status=206, seconds=0.1),
    event(5, What.GAP, track="/1", seconds=0.6),
    *fault("nas1.freeze", 100),
    event(120, What.GAP, track="/1", seconds=7.5),
    event(121, What.UPLOAD_ASKED, sha256="1"),
    event(122, What.UPLOAD_REFUSED, sha256="1", status=0, reason="ReadTimeout"),
    event(123, What.UPLOAD_REFUSED, sha256="1", status=0, reason="ReadTimeout"),
    event(124, What.UPLOAD_ACKNOWLEDGED, sha256="1"),
    event(125, What.ANSWER, deed="upload", status=503, seconds=9),
    *fault("lb1.kill", 200),
    event(205, What.PLAY_ENDED, problem="no byte for 31 s", bytes=9),
    event(206, What.SILENCE, seconds=2.5),
    event(207, What.PLAY_ENDED, problem="", bytes=9),
]


def test_events_are_blamed_on_the_last_fault_before_them() -> None:
    figures = by_machine(EVENTS)

    assert figures[PEACE].longest_gap == 0.6
    assert figures["nas1"].longest_gap == 7.5
    assert figures["lb1"].failed_plays == ["no byte for 31 s"]
    assert figures["lb1"].plays == 2


def test_what_took_long_is_blamed_on_the_fault_that_it_began_in() -> None:
    waited = event(203, What.ANSWER, deed="upload", status=0, seconds=90)
    cut_short = event(203, What.ANSWER, deed="play", status=502, seconds=4)
    figures = by_machine([*EVENTS, waited, cut_short])

    assert figures["nas1"].failed_answers == 2
    assert figures["lb1"].music_refused == 1


def test_an_upload_that_is_refused_twice_failed_once() -> None:
    figures = by_machine(EVENTS)["nas1"]

    assert (figures.failed_uploads, figures.uploads, figures.acknowledged) == (1, 1, 1)


def test_the_way_back_is_counted_from_the_repair() -> None:
    assert by_machine(EVENTS)["nas1"].longest_return == 10


def test_alarms_are_told_of_the_machine_that_they_name() -> None:
    told = parse(
        "1970-01-01T00:01:52Z\tnas1\tbrick\tCRITICAL\tit is down\n"
        "1970-01-01T00:01:54Z\tcluster\tvolume\tCRITICAL\tit heals\n"
        "1970-01-01T00:02:15Z\tnas1\tbrick\tOK\tit is up\n"
    )
    events = sorted([*EVENTS, *told], key=lambda event: event.at)
    figures = by_machine(events)

    assert (figures["nas1"].slowest_alarm, figures["nas1"].slowest_all_clear) == (12, 25)
    assert (figures["lb1"].slowest_alarm, figures["lb1"].slowest_all_clear) == (None, None)


def test_the_table_has_a_row_for_each_machine_in_the_order_of_the_topology() -> None:
    text = summary(TOPOLOGY, by_machine(EVENTS), GOOD, [])
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]

    assert rows == ["in trouble", "---", PEACE, "lb1", "nas1"]
    assert "| nas1 | freeze | 10 | 1 | 0 of 0 | 0.0 | 7.5 | 1 of 1 | 1 of 1 | 10 |  |" in text
    assert text.endswith("Every mark was reached.\n")


def test_a_missed_mark_is_told_in_the_report() -> None:
    assert summary(TOPOLOGY, {}, GOOD, ["lost: /1"]).endswith("\n- lost: /1\n")


def test_the_drawing_is_svg_with_the_faults_by_name() -> None:
    root = ET.fromstring(plot(EVENTS))  # noqa: S314 - our own

    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {"nas1.freeze", "lb1.kill"} <= set(texts)


def test_a_fault_that_was_not_overcome_reaches_the_end_of_the_drawing() -> None:
    ET.fromstring(plot([*EVENTS, event(300, What.FAULT_BEGAN, fault="s1.cut", machine="s1")]))  # noqa: S314


def test_a_cluster_that_did_not_come_back_has_no_time_for_it() -> None:
    began, ended, _ = fault("s1.cut", 300)

    assert by_machine([began, ended])["s1"].longest_return == float("inf")
