"""Everybody asks for everything: who gets what stands in permissions.txt."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from tests.functional.web import permissions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from webtest import TestResponse

    from tests.functional.web.permissions import Line
    from tests.functional.web.scene import Scene

LINES = permissions.read()
WRITING = [line for line in LINES if line.method != "GET"]
FILES = {"/static/style/base.css"}
"""They are sent whatever the method is."""
DONE = ("303", "204")
REFUSED = ("login", "403", "404")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _answer(response: TestResponse) -> str:
    if response.status_int == 303 and response.location.partition("?")[0].endswith("/login"):
        return "login"
    return str(response.status_int)


def test_every_view_of_the_site_has_a_line(scene: Scene) -> None:
    tested = {
        (scene.route_of(scene.address(line.address, "owner", "public")), line.method, parameter)
        for line in LINES
        for parameter in ["", *(f"{name}={value}" for name, value in parse_qsl(line.form))]
    }

    untested = [view for view in _views(scene) if view not in tested]

    assert untested == [], f"say in {permissions.FILE.name} who may do that: add a line for each"


def _views(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """Yield route, method, and the parameter by which views of both are told apart."""
    for entry in scene.app.registry.introspector.get_category("views"):
        view = entry["introspectable"]
        if view["route_name"] is None or view["route_name"].startswith("__static"):
            continue  # what becomes of an error, and files that are everybody's
        assert view["request_methods"], f"say which methods the view of {view['route_name']} takes"
        methods = view["request_methods"]
        for method in (methods,) if isinstance(methods, str) else methods:
            yield view["route_name"], method, view["request_param"] or ""


@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_is_theirs(scene: Scene, line: Line) -> None:
    got, expected = {}, {}
    for state in permissions.STATES[line.thing]:
        expected[state] = line.expected(state)
        got[state] = {role: _answer(_ask(scene, line, role, state)) for role in expected[state]}

    assert got == expected


@pytest.mark.parametrize("line", [line for line in LINES if line.method == "GET"], ids=str)
def test_head_is_answered_as_get_without_a_body(scene: Scene, line: Line) -> None:
    for state in permissions.STATES[line.thing]:
        for role, expected in line.expected(state).items():
            response = _ask(scene, line, role, state, method="HEAD")

            assert (_answer(response), response.body) == (expected, b"")


@pytest.mark.parametrize("line", WRITING, ids=str)
def test_who_is_refused_has_changed_nothing(scene: Scene, line: Line) -> None:
    for state in permissions.STATES[line.thing]:
        for role, expected in line.expected(state).items():
            _ask(scene, line, role, state)
            changed = scene.has_changed()

            assert expected in DONE or not changed, role


@pytest.mark.parametrize("line", WRITING, ids=str)
def test_nothing_is_changed_without_the_token_of_a_form(scene: Scene, line: Line) -> None:
    for state in permissions.STATES[line.thing]:
        for role, expected in line.expected(state).items():
            answer = _answer(_ask(scene, line, role, state, token=False))

            assert answer == (expected if expected in REFUSED else "400"), role
            assert not scene.has_changed()


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_program_is_told_to_log_in(scene: Scene, line: Line) -> None:
    for state in permissions.STATES[line.thing]:
        for role, expected in line.expected(state).items():
            response = _ask(scene, line, role, state, accept="application/json")

            if expected in REFUSED:
                status = 401 if expected == "login" else int(expected)
                assert (response.status_int, response.json["status"]) == (status, status)
                assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("address", sorted({line.address for line in LINES} - FILES))
def test_other_methods_are_refused_and_those_there_are_named(scene: Scene, address: str) -> None:
    lines = [line for line in LINES if line.address == address]
    known = {line.method for line in lines} | {"HEAD" for line in lines if line.method == "GET"}
    for method in set(METHODS) - known:
        for role in lines[0].expected("public"):
            response = _ask(scene, lines[0], role, "public", method=method)

            assert response.status_int == 405, (method, role)
            assert set(response.headers["Allow"].split(", ")) == known
            assert not scene.has_changed()


@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_answer_can_be_framed_sniffed_or_run(scene: Scene, line: Line) -> None:
    for role in line.expected("public"):
        headers = _ask(scene, line, role, "public").headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def _ask(
    scene: Scene, line: Line, role: str, state: str, method: str = "", **options: Any
) -> TestResponse:
    address = scene.address(line.address, role, state)
    return scene.ask(role, method or line.method, address, line.form, **options)
