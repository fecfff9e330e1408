"""What was promised is compared with what is there, and every difference is found."""

from __future__ import annotations

from ops.chaos.ledger import Event, What
from ops.chaos.promises import Promises, read_promises

ADDRESS = "https://tracks.cdpsfy.es/tracks/{}-01J?ticket=1"


def test_what_was_promised_and_is_there_is_no_difference() -> None:
    promises = read([uploaded("/1", "a"), listed("/1", "a")])

    assert differences(promises) == []
    assert promises.kept == {"/1": "a"}


def test_an_acknowledged_track_that_nobody_sees_is_lost() -> None:
    assert read([uploaded("/1", "a")]).lost == ["/1"]


def test_a_track_that_leads_to_other_bytes_is_mistaken() -> None:
    assert read([uploaded("/1", "a"), listed("/1", "b")]).mistaken == ["/1"]


def test_a_deleted_track_need_not_be_there() -> None:
    promises = read([uploaded("/1", "a"), *deleted("/1", "a")])

    assert differences(promises) == []
    assert promises.deleted == {"/1": ADDRESS.format("a")}


def test_a_deleted_track_that_is_there_returned() -> None:
    promises = read([uploaded("/1", "a"), *deleted("/1", "a"), listed("/1", "a")])

    assert promises.returned == ["/1"]


def test_a_deletion_without_an_answer_may_have_happened_or_not() -> None:
    asked = deleted("/1", "a")[0]

    assert differences(read([uploaded("/1", "a"), asked])) == []
    assert differences(read([uploaded("/1", "a"), asked, listed("/1", "a")])) == []


def test_an_upload_without_an_answer_may_be_there_once() -> None:
    once = read([listed("/1", "a")])
    twice = read([listed("/1", "a"), listed("/2", "a")])

    assert differences(once) == []
    assert twice.doubled == ["a"]


def read(events: list[Event]) -> Promises:
    return read_promises(events)


def uploaded(track: str, sha256: str) -> Event:
    return Event(1, What.UPLOAD_ACKNOWLEDGED, {"track": track, "sha256": sha256})


def listed(track: str, sha256: str) -> Event:
    return Event(3, What.LISTED, {"track": track, "address": ADDRESS.format(sha256)})


def deleted(track: str, sha256: str) -> list[Event]:
    facts = {"track": track, "address": ADDRESS.format(sha256)}
    return [Event(2, What.DELETE_ASKED, facts), Event(2, What.DELETE_ACKNOWLEDGED, facts)]


def differences(promises: Promises) -> list[str]:
    return [*promises.lost, *promises.returned, *promises.mistaken, *promises.doubled]
