"""Where the site sends people is a place of its own, and what they sent is in no header."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.functional.web.person import PASSWORD

if TYPE_CHECKING:
    from tests.functional.web.person import Person

ELSEWHERE = [
    "//evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "account@evil.example",
    "account\r\nLocation: https://evil.example",
]
REFERRERS = [
    *ELSEWHERE[:5],
    "http://localhost@evil.example/",
    "http://localhost.evil.example/",
    "http://localhost//evil.example",
    "http://localhost/\\/evil.example",
    "http://localhost:80@evil.example/",
    "http://[evil.example/",
]
ADDRESSES = ["/people/{}", "/artists/{}", "/tracks/{}", "/search?q={}", "/login?next={}", "/{}"]


def test_a_log_in_leads_nowhere_else(ana: Person, visitor: Person) -> None:  # noqa: ARG001 - has an account
    form = {"username": "Ana", "password": PASSWORD}

    answers = [visitor.post(f"/login?next={quote(place)}", form) for place in ELSEWHERE]

    assert {answer.location for answer in answers} == {"http://localhost/tracks"}


@pytest.mark.parametrize("form", [{"language": "es"}, {"theme": "dark"}])
def test_a_choice_leads_back_to_a_page_of_the_site(visitor: Person, form: dict[str, str]) -> None:
    address = f"/{next(iter(form))}"

    answers = [visitor.post(address, form, headers={"Referer": place}) for place in REFERRERS]

    places = [answer.location.replace("\\", "/") for answer in answers]
    assert all(place.startswith("http://localhost/") for place in places)
    assert not any("//" in place.removeprefix("http://") for place in places)


def test_a_line_break_in_an_address_makes_no_header(visitor: Person) -> None:
    text = quote("x\r\nSet-Cookie: evil=1\r\n\r\n<script>", safe="")

    answers = [visitor.browser.get(address.format(text), status="*") for address in ADDRESSES]

    assert {answer.status_int for answer in answers} == {200, 404}
    assert "evil" not in visitor.browser.cookies
    assert not any("evil" in value for answer in answers for _, value in answer.headerlist)
