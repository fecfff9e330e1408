"""The cluster in containers does what it does on machines."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from ops.chaos.person import Refused
from ops.chaos.songs import make_song
from tests.compose.cluster import podman, wait_for

if TYPE_CHECKING:
    from tests.compose.cluster import Cluster

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1800)]


def test_a_song_is_uploaded_played_and_deleted(cluster: Cluster) -> None:
    person, song = cluster.person("alice"), make_song(1, 3_000_000)
    somebody = cluster.person("eve")
    person.sign_up()
    somebody.sign_up()

    track = person.upload(person.open_form(), song)
    heard = _heard(cluster, somebody.play_address(track))
    person.delete(track)

    assert heard == song.sha256
    with pytest.raises(Refused, match=r"^404"):
        somebody.play_address(track)


def test_it_plays_on_without_one_of_its_track_servers(cluster: Cluster) -> None:
    person, song = cluster.person("bob"), make_song(2, 3_000_000)
    person.sign_up()
    track = person.upload(person.open_form(), song)

    podman("kill", cluster.name("s1-tracks"), cluster.name("s2-edge"))

    assert _heard(cluster, person.play_address(track)) == song.sha256
    podman("start", cluster.name("s1-tracks"), cluster.name("s2-edge"))


def test_a_database_that_was_killed_comes_back_with_what_it_had(cluster: Cluster) -> None:
    person, song = cluster.person("carol"), make_song(3, 500_000)
    person.sign_up()
    track = person.upload(person.open_form(), song)

    podman("kill", cluster.name("db1-mariadb"))
    podman("start", cluster.name("db1-mariadb"))

    wait_for("the track", lambda: track in _own(cluster, "carol"))


def test_what_it_keeps_lies_in_volumes_and_outlives_the_containers(cluster: Cluster) -> None:
    person, song = cluster.person("dave"), make_song(4, 500_000)
    person.sign_up()
    track = person.upload(person.open_form(), song)

    cluster.down()
    cluster.up()

    wait_for("the track", lambda: track in _own(cluster, "dave"))
    wait_for("the song", lambda: _sounds_like(cluster, "dave", track, song.sha256))


def test_nagios_finds_everybody_well_and_hears_a_song_of_its_own(cluster: Cluster) -> None:
    expected = {("cluster", "upload-play-delete"), ("s3", "cdpsfy-tracks"), ("lb", "haproxy")}

    wait_for("Nagios' verdict", lambda: expected <= _well(cluster))


def test_nobody_is_root(cluster: Cluster) -> None:
    users = {name: podman("top", name, "huser").split()[1:] for name in cluster.names()}

    assert len(users) >= 16
    assert [name for name, found in users.items() if {"0", "root"} & set(found)] == []


def test_every_service_that_can_says_that_it_is_well(cluster: Cluster) -> None:
    asked = [
        each["Name"]
        for each in _inspect(cluster.names())
        if each["Config"]["Healthcheck"]["Test"] != ["NONE"]
    ]

    assert len(asked) >= 10
    for name in asked:
        podman("healthcheck", "run", name)


def test_every_service_ends_by_itself_when_it_is_told_to(cluster: Cluster) -> None:
    services = [name for name in cluster.names() if "-" in name]

    podman("stop", "--time=75", *services)
    ended = {each["Name"]: each["State"]["ExitCode"] for each in _inspect(services)}
    podman("start", *services)

    assert len(ended) >= 13
    # 137 is that of a process that did not hear SIGTERM, and was killed.
    assert [name for name, code in ended.items() if code not in {0, 143}] == []


def _inspect(names: list[str]) -> Any:
    return json.loads(podman("inspect", *names))


def _heard(cluster: Cluster, address: str) -> str:
    answer = requests.get(address, verify=cluster.authority, timeout=60)
    answer.raise_for_status()
    return hashlib.sha256(answer.content).hexdigest()


def _own(cluster: Cluster, name: str) -> list[str]:
    """Return somebody's tracks, or none while they cannot be told."""
    person = cluster.person(name)
    try:
        person.sign_up()
        return list(person.tracks())
    except Refused:
        return []


def _sounds_like(cluster: Cluster, name: str, track: str, sha256: str) -> bool:
    person = cluster.person(name)
    try:
        person.sign_up()
        return _heard(cluster, person.play_address(track)) == sha256
    except (Refused, requests.RequestException):
        return False


def _well(cluster: Cluster) -> set[tuple[str, str]]:
    """Return the services that Nagios has looked at and found well."""
    url = f"{cluster.nagios}/cgi-bin/nagios4/statusjson.cgi?query=servicelist"
    try:
        hosts = requests.get(url, timeout=10).json()["data"]["servicelist"]
    except (requests.RequestException, LookupError, ValueError):
        return set()
    # Its own word for OK is 2.
    return {(h, s) for h, states in hosts.items() for s, state in states.items() if state == 2}
