from __future__ import annotations

from tests.functional.tracks.service import Service, assert_problem


def test_a_deleted_object_is_gone(service: Service, song: bytes) -> None:
    key = service.upload_key(song)

    answer = service.delete(key)

    assert answer.body == b""
    assert_problem(service.play(key, 404), 404)
    assert service.keys() == []


def test_a_second_delete_finds_nothing(service: Service, song: bytes) -> None:
    key = service.upload_key(song)
    service.delete(key)

    assert_problem(service.delete(key, 404), 404)


def test_a_delete_leaves_the_same_bytes_of_another_attempt(service: Service, song: bytes) -> None:
    key, other = service.upload_key(song), service.upload_key(song)

    service.delete(key)

    assert service.play(other).body == song
