"""The edge answers as its origin does, byte by byte and header by header: cold, warm and stale."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.edge.conftest import noise
from tests.edge.edge import Answer, Edge, ask, assert_problem
from tests.functional.tracks.service import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.edge.origin import Origin

SIZES = (1, MIB, MIB + 1, 4 * MIB, 4 * MIB + 1)
OTHER = '"another"'
LONG_AGO, LATER = "Thu, 01 Jan 1998 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT"

RANGES = (
    "bytes=0-0",
    "bytes=0-",
    "bytes=0-{size}",
    "bytes=0-{last}",
    "bytes={last}-",
    "bytes={last}-{last}",
    "bytes=0-1048575",
    "bytes=1048575-1048576",
    "bytes=1048576-",
    "bytes=1048570-3145730",
    "bytes=-1",
    "bytes=-{size}",
    "bytes=-99999999",
    "bytes=-0",
    "bytes={size}-",
    "bytes=99999999-",
    "bytes=999999999999999999999-",
    "bytes=0-999999999999999999999",
    "bytes=-999999999999999999999",
    "Bytes=0-0",
    "bytes= 0-0",
    "bytes=0-0,2-3",
    "bytes=0-,0-",
    "bytes=abc",
    "bytes=",
    "bytes=-",
    "bytes=--5",
    "bytes=1-0x",
    "seconds=0-9",
)
CONDITIONS: tuple[Mapping[str, str], ...] = (
    {"If-None-Match": "{etag}"},
    {"If-None-Match": "*"},
    {"If-None-Match": 'W/{etag}, "x"'},
    {"If-None-Match": '"x", {etag}'},
    {"If-None-Match": OTHER},
    {"If-None-Match": "nonsense"},
    {"If-None-Match": OTHER, "If-Modified-Since": LATER},
    {"If-None-Match": "{etag}", "If-Modified-Since": "{modified}"},
    {"If-None-Match": "{etag}", "Range": "bytes=0-0"},
    {"If-Modified-Since": "{modified}"},
    {"If-Modified-Since": "{modified}", "Range": "bytes=0-0"},
    {"If-Modified-Since": LATER},
    {"If-Modified-Since": LONG_AGO},
    {"If-Modified-Since": "yesterday"},
    {"If-Match": "{etag}"},
    {"If-Match": "*"},
    {"If-Match": "{etag}", "Range": "bytes=0-0"},
    {"If-Match": "W/{etag}"},
    {"If-Match": OTHER},
    {"If-Match": "{etag}", "If-Unmodified-Since": LONG_AGO},
    {"If-Unmodified-Since": "{modified}"},
    {"If-Unmodified-Since": LONG_AGO},
    {"If-Unmodified-Since": "yesterday"},
    {"If-Range": "{etag}", "Range": "bytes=1048570-3145730"},
    {"If-Range": "{modified}", "Range": "bytes=-1"},
    {"If-Range": "W/{etag}", "Range": "bytes=0-0"},
    {"If-Range": OTHER, "Range": "bytes=0-0"},
    {"If-Range": LONG_AGO, "Range": "bytes=0-0"},
    {"If-Range": LATER, "Range": "bytes=0-0"},
    {"If-Range": "nonsense", "Range": "bytes=-1"},
    {"If-Range": OTHER, "Range": "bytes={size}-"},
    {"If-Range": "{etag}"},
)

# Where nginx cannot but differ: docs/architecture.md lists it, too.
OF_EACH_SERVER = {"connection", "server", "date", "x-request-id"}
OF_THE_OBJECT = {
    *("etag", "last-modified", "repr-digest"),
    *("content-security-policy", "cross-origin-resource-policy", "referrer-policy"),
}
DIFFERENT_HEADERS = {
    # nginx takes Accept-Ranges away from all but a 200; Content-Range says the same.
    206: {"accept-ranges"},
    # It sends all headers of the part that it keeps, which are those of a 200.
    304: {"accept-ranges", "repr-digest"},
    # One that it makes by itself still has them, and a text that does not name the size.
    416: {*OF_THE_OBJECT, "content-length"},
}
OTHER_STATUS: dict[tuple[tuple[str, str], ...], int] = {
    # nginx: unsatisfiable. The origin: invalid, so as if it had not been sent (RFC 9110 §14.1.1).
    (("Range", "bytes=9-8"),): 416,
    (("Range", "bytes=2097152-5"),): 416,
    # Both have to say "not modified" to nginx; RFC 9110 §13.2.2 weighs the date only without the
    # other. Whoever has both has them from one answer.
    (("If-None-Match", "{etag}"), ("If-Modified-Since", LONG_AGO)): 200,
    # To the origin, a list of nothing is no condition.
    (("If-Match", ""),): 412,
}


class Case(NamedTuple):
    """A request about an object of its own, so that the cache does not know it yet."""

    key: str
    path: str
    headers: dict[str, str]
    name: tuple[tuple[str, str], ...]
    wanted: Answer
    """What the origin answers."""


def cases(origin: Origin, data: bytes) -> list[Case]:
    asked = [{"Range": each} for each in RANGES]
    asked += [dict(each) for each in CONDITIONS]
    asked += [dict(each) for each in OTHER_STATUS]
    return [case(origin, data, headers) for headers in ({}, *asked)]


def case(origin: Origin, data: bytes, headers: Mapping[str, str]) -> Case:
    key = origin.put(data)
    path = f"/tracks/{key}?ticket={origin.tickets.play(key)}"
    info = origin.driver.stat(key)
    names = {"etag": f'"{info.sha256}"', "modified": formatdate(info.modified, usegmt=True)}
    sizes = {"size": len(data), "last": len(data) - 1}
    written = {name: value.format(**names, **sizes) for name, value in headers.items()}
    wanted = ask(origin.address, "GET", path, written)
    return Case(key, path, written, tuple(headers.items()), wanted)


def differences(case: Case, edge: Edge) -> list[str]:
    """Return in what the edge's answer is not what it should be."""
    got, wanted = edge.ask("GET", case.path, case.headers), case.wanted
    told = f"{case.headers}: "
    if (status := OTHER_STATUS.get(case.name)) is not None:
        return [f"{told}{got.status}"] if got.status not in (status, wanted.status) else []
    if got.status != wanted.status:
        return [f"{told}{got.status}, not {wanted.status}"]
    if got.status == 416:
        if b'"status": 416' not in got.body:
            return [f"{told}{got.body!r}"]
    elif got.body != wanted.body:
        return [f"{told}{len(got.body)} bytes, not the {len(wanted.body)} that are right"]
    return [f"{told}{name}" for name in headers_that_differ(got, wanted)]


def headers_that_differ(got: Answer, wanted: Answer) -> list[str]:
    may = OF_EACH_SERVER | DIFFERENT_HEADERS.get(got.status, set())
    names = {*got.headers, *wanted.headers} - may
    return [
        f"{name} {got.headers.get(name)}, not {wanted.headers.get(name)}"
        for name in sorted(names)
        if got.headers.get(name) != wanted.headers.get(name)
    ]


@pytest.mark.parametrize("size", SIZES)
def test_the_edge_answers_as_its_origin(origin: Origin, forgetful: Edge, size: int) -> None:
    asked = cases(origin, noise(size))

    cold = [found for case in asked for found in differences(case, forgetful)]
    for each in asked:
        assert forgetful.ask("GET", each.path).body == noise(size)
    warm = [found for case in asked for found in differences(case, forgetful)]
    time.sleep(2.1)
    stale = [found for case in asked for found in differences(case, forgetful)]

    assert (cold, warm, stale) == ([], [], [])


def test_what_the_table_says_of_nginx_is_so(origin: Origin, edge: Edge) -> None:
    """A difference that is gone is to leave the table."""
    data = noise(MIB + 1)

    for name, status in OTHER_STATUS.items():
        each = case(origin, data, dict(name))
        assert edge.ask("GET", each.path, each.headers).status == status
        assert each.wanted.status != status
    part = case(origin, data, {"Range": "bytes=0-0"})
    assert "accept-ranges" not in edge.ask("GET", part.path, part.headers).headers
    known = case(origin, data, {"If-None-Match": "*"})
    assert "repr-digest" in edge.ask("GET", known.path, known.headers).headers
    beyond = case(origin, data, {"Range": "bytes={size}-"})
    answer = edge.ask("GET", beyond.path, beyond.headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-range"] == f"bytes */{len(data)}"
    assert "etag" in answer.headers


def test_a_condition_that_the_edge_weighs_fails_as_a_problem(origin: Origin, edge: Edge) -> None:
    each = case(origin, noise(10), {"If-Match": ""})

    assert_problem(edge.ask("GET", each.path, each.headers), 412)


@pytest.mark.parametrize(
    "headers",
    [{"Range": "bytes=-1"}, {"Range": "bytes=3145728-3145730", "If-Range": "{etag}"}],
)
def test_some_ranges_fetch_the_first_part_too(
    origin: Origin, edge: Edge, headers: dict[str, str]
) -> None:
    """nginx learns from it how long an object is, and of which version."""
    each = case(origin, noise(4 * MIB), headers)
    origin.asked.clear()

    assert edge.ask("GET", each.path, each.headers).body == each.wanted.body

    first, last = f"bytes=0-{MIB - 1}", f"bytes={3 * MIB}-{4 * MIB - 1}"
    assert origin.parts_asked(each.key) == [first, last]


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}, {"If-None-Match": "*"}])
def test_head_is_the_origins(origin: Origin, edge: Edge, headers: dict[str, str]) -> None:
    each = case(origin, noise(MIB + 1), headers)

    got = edge.ask("HEAD", each.path, each.headers)
    wanted = ask(origin.address, "HEAD", each.path, each.headers)

    assert got.status == wanted.status
    assert headers_that_differ(got, wanted) == []
    # A HEAD that goes through the cache would fetch a part.
    methods = [asked.method for asked in origin.asked if each.key in asked.path]
    assert methods == ["GET", "HEAD", "HEAD"]
