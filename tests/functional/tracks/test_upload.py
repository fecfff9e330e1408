from __future__ import annotations

import base64
import hashlib
import io

import pytest
from ulid import ULID
from webob import Request

from tests.functional.tracks.service import Service, assert_problem, bearer
from tests.unit.tracks import audio_samples as samples


def repr_digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_an_upload_is_answered_with_what_was_stored(service: Service, song: bytes) -> None:
    ulid = str(ULID())
    digest = hashlib.sha256(song).hexdigest()
    url = f"http://localhost/tracks/{digest}-{ulid}"

    answer = service.upload(song, ulid=ulid)

    assert answer.headers["Location"] == url
    assert answer.json == {
        "key": f"{digest}-{ulid}",
        "url": url,
        "size": len(song),
        "sha256": digest,
        "content_type": "audio/mpeg",
    }


def test_the_same_ticket_and_bytes_again_have_the_same_answer(
    service: Service, song: bytes
) -> None:
    ulid = str(ULID())

    first, second = service.upload(song, ulid=ulid), service.upload(song, ulid=ulid)

    assert first.json == second.json
    assert len(service.keys()) == 1


def test_the_same_bytes_in_another_attempt_are_another_object(
    service: Service, song: bytes
) -> None:
    assert service.upload_key(song) != service.upload_key(song)


@pytest.mark.parametrize("data", samples.SMALL.values(), ids=samples.SMALL)
def test_every_kind_of_audio_is_stored_as_what_it_is(service: Service, data: bytes) -> None:
    key = service.upload_key(data)

    assert service.play(key).content_type == service.driver.stat(key).content_type
    assert samples.SMALL[service.driver.stat(key).content_type] == data


# The digest (RFC 9530)


@pytest.mark.parametrize("form", ["{}", "sha-512=:AAAA:, {}", "{}, md5=:AAAA:", "  {}  "])
def test_bytes_of_the_expected_digest_are_stored(service: Service, song: bytes, form: str) -> None:
    service.upload(song, headers={"Repr-Digest": form.format(repr_digest(song))})

    assert len(service.keys()) == 1


def test_a_digest_of_a_kind_unknown_here_is_ignored(service: Service, song: bytes) -> None:
    service.upload(song, headers={"Repr-Digest": "sha-512=:AAAA:"})


def test_bytes_of_another_digest_are_not_stored(service: Service, song: bytes) -> None:
    headers = {"Repr-Digest": repr_digest(song[:-1])}

    answer = service.upload(song, headers=headers, status=422)

    assert_problem(answer, 422)
    assert service.keys() == []


@pytest.mark.parametrize(
    "header",
    ["sha-256", "sha-256=", "sha-256=abc", "sha-256=:!:", "sha-256=:A:", "sha-256=:AAAA:"],
)
def test_a_digest_that_is_none_is_refused(service: Service, song: bytes, header: str) -> None:
    answer = service.upload(song, headers={"Repr-Digest": header}, status=400)

    assert_problem(answer, 400)
    assert service.keys() == []


# The length


def test_exactly_as_many_bytes_as_the_ticket_allows_are_stored(
    service: Service, song: bytes
) -> None:
    service.upload(song, limit=len(song))

    assert len(service.keys()) == 1


def test_one_byte_more_than_the_ticket_allows_is_refused(service: Service, song: bytes) -> None:
    answer = service.upload(song, limit=len(song) - 1, status=413)

    assert_problem(answer, 413)
    assert service.keys() == []


def test_a_body_of_unknown_length_is_refused(service: Service) -> None:
    ticket = service.tickets.upload(str(ULID()), 1000)
    request = Request.blank("/tracks", method="POST", headers=bearer(ticket))
    request.content_length = None

    assert_problem(request.get_response(service.wsgi), 411)


def test_a_body_that_can_only_be_read_is_stored(service: Service) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    data = samples.simple_wav()
    ticket = service.tickets.upload(str(ULID()), 1000)
    request = Request.blank("/tracks", method="POST", headers=bearer(ticket))
    request.environ.update({"wsgi.input": Stream(data), "CONTENT_LENGTH": str(len(data))})

    answer = request.get_response(service.wsgi)

    assert answer.status_int == 201
    assert service.play(answer.json["key"]).body == data


# The kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "This file is empty."),
        (bytes(1), "This is a row of zeros, not audio."),
        (samples.HTML, "This is a web page (HTML), not audio."),
        (samples.mp4(samples.SOUND, samples.VIDEO), "This is video (MP4), not audio."),
        (samples.id3(), "This is only a tag (ID3 or APE), with no audio after it."),
    ],
)
def test_what_is_not_audio_is_refused_with_a_reason(
    service: Service, data: bytes, reason: str
) -> None:
    answer = service.upload(data, status=415)

    assert_problem(answer, 415)
    assert answer.json["detail"] == reason
    assert service.keys() == []


def test_a_ticket_whose_subject_is_no_ulid_stores_nothing(service: Service, song: bytes) -> None:
    answer = service.upload(song, ulid="../../etc/passwd", status=400)

    assert_problem(answer, 400)
    assert service.keys() == []
