"""Who is believed about who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from webtest import TestApp

from cdpsfy.proxies import believe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

SPOOFED = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "Forwarded": "for=1.2.3.4"}


def _tell(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    heads = [name for name in environ if name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED"))]
    return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']} {heads}".encode()]


def _asked_by(peer: str) -> str:
    app = TestApp(believe(_tell, "10.1.2.3 10.1.2.4"), extra_environ={"REMOTE_ADDR": peer})
    return str(app.get("/", headers=SPOOFED).text)


@pytest.mark.parametrize("balancer", ["10.1.2.3", "10.1.2.4"])
def test_each_of_the_balancers_is_believed(balancer: str) -> None:
    assert _asked_by(balancer).startswith("192.0.2.7 https")


def test_nobody_else_is_and_what_they_say_is_not_passed_on() -> None:
    assert _asked_by("10.1.2.5") == "10.1.2.5 http []"


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(ValueError, match="'lb1' does not appear to be"):
        believe(_tell, "lb1")
