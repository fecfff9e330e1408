"""Which requests are tried again, and for how long."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import pymysql
import pytest
from pyramid.config import Configurator
from pyramid.response import Response
from sqlalchemy.exc import DBAPIError, OperationalError
from webtest import TestApp

from cdpsfy.web import retrying

if TYPE_CHECKING:
    from pyramid.request import Request

DEADLOCK, AWAY = 1213, 2003


class Site:
    """Answers what a request brings, after errors of these numbers, the last of them for ever."""

    def __init__(self) -> None:
        self.errors: deque[int] = deque()
        config = Configurator()
        config.include("cdpsfy.web.retrying")
        config.add_route("all", "/")
        config.add_view(self._answer, route_name="all")
        config.add_exception_view(lambda _: Response(status=503), context=DBAPIError)
        self.browser = TestApp(config.make_wsgi_app(), lint=False)

    def _answer(self, request: Request) -> Response:
        brought = request.body
        request.environ["wsgi.input"] = None  # what a view leaves there says nothing of what came
        if self.errors:
            original = pymysql.OperationalError(self.errors.popleft(), "in MariaDB's words")
            raise OperationalError("SELECT 1", None, original)
        return Response(brought)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.mark.parametrize("number", [DEADLOCK, AWAY])
def test_a_form_comes_as_it_was_sent_with_each_attempt(site: Site, number: int) -> None:
    site.errors.extend([number] * 2)

    assert site.browser.post("/", b"form").body == b"form"


def test_conflicts_without_end_are_told_in_time_and_spend_nobody_elses_patience(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "_FAILOVER", 0.5)
    site.errors.extend([DEADLOCK] * 100)
    site.browser.post("/", b"form", status=503)
    assert len(site.errors) > 90

    for _ in range(3):
        site.errors = deque([DEADLOCK])
        site.browser.post("/", b"form", status=200)
    site.errors = deque([AWAY])

    assert site.browser.post("/", b"form").body == b"form"
