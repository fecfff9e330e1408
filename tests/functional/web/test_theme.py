"""Light and dark: as the system says, or as the person chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.functional.web.person import Person


def test_the_system_decides_until_somebody_does(visitor: Person) -> None:
    assert '<html lang="en">' in visitor.browser.get("/")


def test_a_chosen_theme_is_in_the_first_byte_of_each_page(visitor: Person) -> None:
    answer = visitor.post(
        "/theme", {"theme": "dark"}, headers={"Referer": "http://localhost:80/search?q=vals"}
    )

    assert answer.location == "http://localhost/search?q=vals"
    visitor.browser.get("/tracks").mustcontain('<html lang="en" data-theme="dark">')


def test_the_choice_can_be_taken_back(visitor: Person) -> None:
    visitor.post("/theme", {"theme": "light"})
    visitor.post("/theme", {"theme": "system"})

    assert 'data-theme="light"' not in visitor.browser.get("/")


def test_an_unknown_theme_is_refused(visitor: Person) -> None:
    assert visitor.post("/theme", {"theme": "pink"}, status=400).status_int == 400
