"""Pages are read as the forge reads them."""

from __future__ import annotations

import pytest

from ops.document.markdown import code, headings, links, parse, render


def here(address: str) -> str:
    return f"here/{address}"


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("The rules", "the-rules"),
        ("Balancers, alarms, and the lab itself", "balancers-alarms-and-the-lab-itself"),
        ("How large a `cluster`?", "how-large-a-cluster"),
        ("Cómo se construye", "cómo-se-construye"),
        ("From 1.5 to 2 & on", "from-15-to-2--on"),
        ("snake_case and a-dash", "snake_case-and-a-dash"),
    ],
)
def test_anchors_are_those_of_the_forge(heading: str, anchor: str) -> None:
    assert [each.anchor for each in headings(parse(f"## {heading}"))] == [anchor]


def test_the_second_heading_of_a_name_has_a_number() -> None:
    assert [each.anchor for each in headings(parse("# Tried\n\n## Tried\n"))] == [
        "tried",
        "tried-1",
    ]


def test_links_and_pictures_are_found_wherever_they_stand() -> None:
    text = '[a](a.md#b) ![c](c.png)\n\n<img src="d.png" alt="">\n\n| |\n|---|\n| [e](e.md) |\n'

    assert list(links(parse(text))) == ["a.md#b", "c.png", "d.png", "e.md"]


def test_code_is_found_in_lines_and_in_sentences() -> None:
    assert list(code(parse("say `make`\n\n    make run\n"))) == ["make", "make run\n"]


def test_links_and_pictures_are_led_elsewhere() -> None:
    html = render(parse('[a](a.md)\n\n<img src="d.png">'), here)

    assert '<a href="here/a.md">a</a>' in html
    assert '<img src="here/d.png">' in html


def test_of_a_link_to_nowhere_the_words_stay() -> None:
    assert render(parse("see [a *b*](a.md) and c"), lambda _: None) == (
        "<p>see a <em>b</em> and c</p>\n"
    )


def test_rendering_leaves_the_page_as_it_was() -> None:
    tokens = parse("# A\n\n[a](a.md)\n")

    assert render(tokens, here, "x--") == render(tokens, here, "x--")
    assert list(links(tokens)) == ["a.md"]


def test_anchors_of_pages_that_are_put_together_differ() -> None:
    assert '<h1 id="x--a">A</h1>' in render(parse("# A"), here, "x--")
