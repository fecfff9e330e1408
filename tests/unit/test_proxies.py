"""Who is believed about who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from webob import Request
from webtest import TestApp

from cdpsfy.proxies import believe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

BALANCER = "10.1.2.3"
SPOOFED = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "Forwarded": "for=1.2.3.4"}


def _tell(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    heads = [name for name in environ if name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED"))]
    return [f"{Request(environ).client_addr} {Request(environ).host_url} {heads}".encode()]


def _asked_by(peer: str, headers: dict[str, str]) -> str:
    app = TestApp(
        believe(_tell, f"{BALANCER} 10.1.2.4 10.1.4.0/24 localhost"),
        extra_environ={"REMOTE_ADDR": peer},
    )
    return str(app.get("/", headers=headers).text)


@pytest.mark.parametrize("balancer", [BALANCER, "10.1.2.4", "10.1.4.77", "localhost"])
def test_each_of_the_balancers_is_believed(balancer: str) -> None:
    assert _asked_by(balancer, SPOOFED).startswith("192.0.2.7 https:")


@pytest.mark.parametrize("told", ["1.2.3.4, 192.0.2.7", "192.0.2.7:4711", "1.2.3.4:5, 192.0.2.7:6"])
def test_who_asked_the_balancer_itself_is_asking_whatever_the_port(told: str) -> None:
    assert _asked_by(BALANCER, {"X-Forwarded-For": told}) == "192.0.2.7 http://localhost []"


def test_the_port_that_the_browser_asked_is_known() -> None:
    answer = _asked_by(BALANCER, {**SPOOFED, "X-Forwarded-Host": "cdpsfy.example:8443"})

    assert answer.startswith("192.0.2.7 https://cdpsfy.example:8443 ")


def test_nobody_else_is_and_what_they_say_is_not_passed_on() -> None:
    assert _asked_by("10.1.2.5", SPOOFED) == "10.1.2.5 http://localhost []"


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(ValueError, match="'lb1' does not appear to be"):
        believe(_tell, "lb1")
