"""Keys: only `<sha256, hex>-<ulid>` is one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ulid import ULID

from storage.conformance import HOSTILE_KEYS
from storage.errors import InvalidKey
from storage.key import check_key, digest_of, is_key, is_ulid, make_key

DIGEST = "0123456789abcdef" * 4
ATTEMPT = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_a_key_is_the_digest_and_the_attempt() -> None:
    assert make_key(DIGEST, ATTEMPT) == f"{DIGEST}-{ATTEMPT}"


def test_without_an_attempt_every_key_is_new() -> None:
    assert make_key(DIGEST) != make_key(DIGEST)


def test_a_key_tells_its_digest() -> None:
    assert digest_of(make_key(DIGEST)) == DIGEST


@given(digest=st.binary(min_size=32, max_size=32), ulid=st.binary(min_size=16, max_size=16))
@settings(deadline=None)
def test_any_digest_and_any_ulid_make_a_key(digest: bytes, ulid: bytes) -> None:
    assert is_key(make_key(digest.hex(), str(ULID(ulid))))


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_a_hostile_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidKey):
        check_key(key)


def test_a_refused_key_is_not_repeated_at_length() -> None:
    with pytest.raises(InvalidKey) as refusal:
        check_key("x" * 5000)

    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("digest", ["", DIGEST[:-1], DIGEST + "0", DIGEST.upper(), "g" * 64])
def test_no_key_is_made_of_a_wrong_digest(digest: str) -> None:
    with pytest.raises(InvalidKey):
        make_key(digest, ATTEMPT)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(ATTEMPT[:-1], id="too short"),
        pytest.param(ATTEMPT + "0", id="too long"),
        pytest.param(ATTEMPT + "\n", id="a line"),
        pytest.param(ATTEMPT.lower(), id="lower case"),
        pytest.param("8" + ATTEMPT[1:], id="beyond 128 bits"),
        pytest.param("I" + ATTEMPT[1:], id="not in Crockford's alphabet"),
        pytest.param("\u0660" + ATTEMPT[1:], id="another script's zero"),
    ],
)
def test_what_is_no_ulid(text: str) -> None:
    assert not is_ulid(text)


def test_what_is_a_ulid() -> None:
    assert is_ulid(ATTEMPT)
