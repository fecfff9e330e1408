"""Playlists in a real Chromium: two clicks to add, drag, keys, and the music plays on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, tone
from tests.hearing import HEARD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.functional.web.person import Person

pytestmark = pytest.mark.browser

TITLES = ["One", "Two", "Three", "Four"]
LONG = 120
"""Seconds: it sounds for as long as a test takes."""


@pytest.fixture(scope="module")
def ana(stage: Stage) -> Person:
    ana = stage.person("Ana")
    for number, title in enumerate(TITLES, 1):
        ana.upload_track(tone(LONG, 200 * number), f"{title}.wav")
    return ana


@pytest.fixture
def page(anas_page: Page) -> Page:
    return anas_page


@pytest.fixture
def playlist(ana: Person, stage: Stage) -> str:
    """A playlist of all four, in order; its address."""
    page = ana.browser.get("/tracks").text
    ids = [part.split('"')[0] for part in page.split('<li data-track="')[1:]]
    fields = {"name": "Nanas", "visibility": "private", "tracks": " ".join(reversed(ids))}
    place = ana.post("/playlists/new", fields, status=303).location
    return stage.url + str(place).removeprefix("http://localhost")


def titles(page: Page) -> list[str]:
    return page.locator(".entries strong").all_text_contents()


def saved(page: Page) -> list[str]:
    """What the server says, and not the page."""
    page.wait_for_timeout(300)
    with page.expect_response("**/playlists/*"):
        page.reload()
    return titles(page)


def wait_until(page: Page, condition: str) -> None:
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def play(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Play: {title}", exact=True).click()
    wait_until(page, f"{HEARD}?.currentTime > 0.2")


def goes_on(page: Page) -> None:
    place = page.evaluate(f"{HEARD}.currentTime")
    wait_until(page, f"{HEARD}?.currentTime > {place} + 0.3")


def test_a_track_is_in_a_playlist_after_two_clicks_while_the_music_plays(
    page: Page, playlist: str
) -> None:
    play(page, "One")
    add = page.get_by_role("link", name="Add to a playlist: Three")

    add.click()
    page.get_by_role("dialog").get_by_role("button", name="Nanas").first.click()

    expect(page.get_by_role("link", name="Added to “Nanas”.")).to_be_visible()
    expect(add).to_be_focused()
    goes_on(page)
    page.get_by_role("link", name="Added to “Nanas”.").click()
    expect(page.locator(".entries strong")).to_have_text([*TITLES, "Three"])
    goes_on(page)
    assert playlist.startswith(page.url.rpartition("/")[0])


def test_a_new_playlist_is_made_from_a_row(page: Page) -> None:
    page.get_by_role("link", name="Add to a playlist: Two").click()

    page.get_by_role("dialog").get_by_label("New playlist").fill("Valses")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Your playlist is made: Valses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Valses")
    assert titles(page) == ["Two"]


def test_the_queue_is_saved_as_a_playlist(page: Page) -> None:
    play(page, "Two")
    page.get_by_role("button", name="Queue", exact=True).click()

    page.get_by_role("link", name="Save as a playlist").click()
    page.get_by_role("dialog").get_by_label("Name").fill("What I heard")
    page.get_by_role("dialog").get_by_role("button", name="Make the playlist").click()

    page.get_by_role("link", name="Your playlist is made: What I heard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What I heard")
    assert titles(page) == ["Four", "Three", "Two", "One"]
    goes_on(page)


def test_entries_are_dragged_to_their_places(page: Page, playlist: str) -> None:
    page.goto(playlist)
    grip = page.locator(".grip").first
    last = page.locator(".entries li").last.bounding_box()
    assert last is not None

    grip.hover()
    page.mouse.down()
    page.mouse.move(last["x"] + 20, last["y"] + 5, steps=5)
    page.mouse.move(last["x"] + 20, last["y"] + last["height"] - 5, steps=5)
    page.mouse.up()

    shown = titles(page)
    assert shown == ["Two", "Three", "Four", "One"]
    assert saved(page) == shown


def test_a_finger_drags_them_too(page: Page, playlist: str) -> None:
    page.goto(playlist)
    client = page.context.new_cdp_session(page)
    grip = page.locator(".grip").last.bounding_box()
    first = page.locator(".entries li").first.bounding_box()
    assert grip is not None
    assert first is not None
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (x, y))
    for step in range(1, 11):
        touch("touchMove", (x, y + (first["y"] + 3 - y) * step / 10))
    touch("touchEnd")

    shown = titles(page)
    assert shown == ["Four", "One", "Two", "Three"]
    assert saved(page) == shown


def test_keys_and_buttons_move_them(page: Page, playlist: str) -> None:
    page.goto(playlist)
    link = page.locator(".entries").get_by_role("link", name="Two").first

    link.focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(link).to_be_focused()
    expect(page.get_by_text("Two: moved to number 4")).to_be_visible()
    page.get_by_role("button", name="Move up: Three").click()

    shown = titles(page)
    assert shown == ["Three", "One", "Four", "Two"]
    assert saved(page) == shown


def test_who_moves_while_another_removes_sees_what_is_left(
    page: Page, playlist: str, ana: Person
) -> None:
    page.goto(playlist)
    place = "/playlists/" + playlist.rpartition("/")[2]
    entry = page.locator(".entries li").nth(1).get_attribute("data-entry")
    ana.post(f"{place}/entries/{entry}", {"_method": "delete"}, status=303)

    page.get_by_role("button", name="Move down: One").click()

    expect(page.get_by_text("Somebody else has changed this playlist")).to_be_visible()
    expect(page.locator(".entries strong")).to_have_text(["One", "Three", "Four"])
    expect(page.get_by_role("button", name="Play: Four")).to_be_visible()


def test_all_of_it_is_played(page: Page, playlist: str) -> None:
    page.goto(playlist)

    page.get_by_role("button", name="Play all").click()

    wait_until(page, f"{HEARD}?.currentTime > 0.2")
    page.get_by_role("button", name="Queue", exact=True).click()
    assert page.locator(".player-queue li .title").all_text_contents() == TITLES
    expect(page.locator(".entries .current strong")).to_have_text("One")


def test_a_file_is_imported_and_the_music_plays_on(page: Page, tmp_path: Path) -> None:
    play(page, "Four")
    page.get_by_role("link", name="Playlists").click()
    page.get_by_role("link", name="Import").click()

    file = tmp_path / "old.m3u"
    file.write_text("One.wav\nGone.wav\n")
    page.get_by_label("A file").set_input_files(file)
    page.get_by_role("button", name="Import the text").click()

    expect(page.get_by_text("One track was found.")).to_be_visible()
    expect(page.get_by_text("Gone", exact=True)).to_be_visible()
    goes_on(page)
