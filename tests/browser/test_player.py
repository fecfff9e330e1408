"""The player in a real Chromium: nothing that people or machines do stops the music."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.listening import goes_on, play, press, start_watching, wait_until
from tests.browser.stage import tone
from tests.functional.web.person import PASSWORD
from tests.hearing import HEARD

if TYPE_CHECKING:
    from typing import Any

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.browser.stage import Stage
    from tests.functional.web.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/tracks")
    return page


def titles(page: Page) -> list[str]:
    """What the queue shows, from the first to the last."""
    return page.locator(".player-queue li .title").all_text_contents()


def sign_up(page: Page, name: str) -> None:
    page.goto("/signup")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign up")
    expect(page.get_by_role("status").filter(has_text="Welcome!")).to_be_visible()


def test_the_bar_speaks_the_language_that_is_chosen(page: Page) -> None:
    play(page, "Long")
    start_watching(page)

    press(page, "Español")

    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "es"
    goes_on(page)
    press(page, "Pausar")
    expect(page.get_by_role("button", name="Reproducir", exact=True)).to_be_visible()
    assert page.evaluate(f"{HEARD} === undefined")


def test_files_are_sent_while_the_music_goes_on(page: Page) -> None:
    sign_up(page, "Uma")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Newest").click()
    play(page, "Long")
    start_watching(page)

    page.get_by_role("link", name="Upload new track").first.click()
    song = {"name": "Mine.wav", "mimeType": "audio/wav", "buffer": tone(1, 700)}
    page.get_by_label("Audio files").set_input_files(song)  # type: ignore[arg-type]
    press(page, "Upload")
    page.get_by_role("link", name="Listen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")
    goes_on(page)
    press(page, "Delete track")
    expect(page.get_by_role("status").filter(has_text="Deleted")).to_be_visible()
    goes_on(page)


def test_a_page_that_cannot_be_reached_is_told_and_the_music_goes_on(page: Page) -> None:
    play(page, "Long")
    start_watching(page)
    page.route("**/login", lambda route: route.abort())

    page.get_by_role("link", name="Log in", exact=True).click()

    expect(page.locator(".player-notice")).to_contain_text("could not be reached")
    goes_on(page)


def test_a_list_is_played_from_a_track_on(page: Page) -> None:
    play(page, "One")
    press(page, "Queue")

    assert titles(page)[-3:] == ["One", "Two", "Three"]
    expect(page.locator(".player-queue li[aria-current] .title")).to_have_text("One")


def test_the_next_track_is_ready_before_it_is_due(page: Page) -> None:
    play(page, "One")

    wait_until(page, "audios.every((audio) => audio.readyState >= 3)")
    wait_until(page, f"document.querySelector('.player-title').textContent === 'Two' && {HEARD}")
    press(page, "Next track")
    expect(page.locator(".player-title")).to_have_text("Three")
    wait_until(page, f"{HEARD}?.currentTime > 0.2")


def test_the_last_track_ends_the_music_unless_all_is_repeated(page: Page) -> None:
    play(page, "Three")
    slider = page.get_by_role("slider", name="Position")

    slider.press("End")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    press(page, "Repeat: off")
    press(page, "Play")
    wait_until(page, f"{HEARD}?.currentTime > 0.2")
    slider.press("End")

    expect(page.locator(".player-title")).not_to_have_text("Three")
    wait_until(page, f"{HEARD}?.currentTime > 0.2")


def test_the_queue_is_reordered_by_keyboard(page: Page) -> None:
    play(page, "One")
    press(page, "Queue")
    row = page.get_by_role("region", name="Queue").get_by_role("button", name=re.compile("^Three"))

    row.focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")

    assert titles(page)[-3:] == ["Three", "One", "Two"]
    expect(row).to_be_focused()
    expect(page.locator(".player-notice")).to_contain_text("Three: now number")
    expect(page.locator(".player-queue li[aria-current] .title")).to_have_text("One")
    page.keyboard.press("Delete")
    assert titles(page)[-2:] == ["One", "Two"]


def test_the_queue_is_reordered_by_buttons_and_by_drag(page: Page) -> None:
    play(page, "One")
    press(page, "Queue")
    press(page, "Move up: Three")
    assert titles(page)[-3:] == ["One", "Three", "Two"]

    rows = page.locator(".player-queue li")
    rows.filter(has_text="Two").drag_to(rows.filter(has_text="One"))

    assert titles(page)[-3:] == ["Two", "One", "Three"]


def test_what_is_asked_for_comes_first(page: Page) -> None:
    play(page, "Two")
    press(page, "Add to the queue: Long")
    page.get_by_role("link", name="One").first.click()
    press(page, "Play next")
    press(page, "Queue")
    assert titles(page)[-4:] == ["Two", "One", "Three", "Long"]

    press(page, "Play")

    assert titles(page) == ["One", "One", "Long"]


def test_shuffling_loses_nothing_and_is_taken_back(page: Page) -> None:
    shuffle = page.locator(".player").get_by_role("button", name="Shuffle")
    play(page, "One")
    press(page, "Queue")
    before = titles(page)

    shuffle.click()
    shuffled = titles(page)
    shuffle.click()

    assert shuffled[0] == "One"
    assert sorted(shuffled) == sorted(before)
    assert titles(page) == before


def test_a_reload_finds_queue_place_and_volume(page: Page) -> None:
    play(page, "Long")
    page.get_by_role("slider", name="Volume").fill("0.4")
    page.get_by_role("slider", name="Position").fill("60")
    wait_until(page, f"{HEARD}?.currentTime > 60")
    press(page, "Pause")
    press(page, "Queue")
    before = titles(page)

    page.reload()
    press(page, "Queue")

    assert titles(page) == before
    expect(page.locator(".player-title")).to_have_text("Long")
    assert float(page.get_by_role("slider", name="Position").input_value()) >= 60
    press(page, "Play")
    wait_until(page, f"{HEARD}?.currentTime > 60")
    assert page.evaluate(f"{HEARD}.volume") == pytest.approx(0.4)


def test_the_music_comes_back_with_the_track_service(page: Page, stage: Stage) -> None:
    play(page, "Long")
    stage.track_service.stop()
    page.get_by_role("slider", name="Position").fill("200")
    expect(page.locator(".player-notice")).to_contain_text("trying again", timeout=40_000)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()

    stage.track_service.start()

    wait_until(page, f"{HEARD}?.currentTime > 200.3", seconds=60)
    expect(page.locator(".player-notice")).to_contain_text("back")
    expect(page.locator(".player-title")).to_have_text("Long")


def test_a_wish_outlives_a_track_service_that_was_away_from_the_start(
    page: Page, stage: Stage
) -> None:
    stage.track_service.stop()
    press(page, "Play: Long")
    expect(page.locator(".player-notice")).to_contain_text("trying again", timeout=40_000)

    stage.track_service.start()

    wait_until(page, f"{HEARD}?.currentTime > 0.3")


def test_a_connection_that_falls_silent_is_left_for_another(page: Page, stage: Stage) -> None:
    play(page, "Long")
    before = page.evaluate(f"audios.indexOf({HEARD})")
    stage.line.silence()
    page.get_by_role("slider", name="Position").fill("200")
    stage.line.wait_for_somebody()
    stage.line.speak()

    wait_until(page, f"{HEARD}?.currentTime > 200.3", seconds=60)

    assert page.evaluate(f"audios.indexOf({HEARD})") != before


def test_a_ticket_that_ran_out_is_replaced(page: Page, stage: Stage) -> None:
    play(page, "Long")
    before = page.evaluate(f"{HEARD}.src")
    stage.change_keys()
    page.get_by_role("slider", name="Position").fill("200")

    wait_until(page, f"{HEARD}?.currentTime > 200.3", seconds=60)

    assert page.evaluate(f"{HEARD}.src") != before
    stage.restore_keys()


def test_a_deleted_track_is_skipped_with_a_word(page: Page, stage: Stage) -> None:
    carl = stage.person("Carl")
    address = carl.upload_track(tone(2, 900), "Gone.wav")
    page.goto("/tracks")
    press(page, "Add to the queue: Gone")
    press(page, "Add to the queue: One")
    carl.post(address, {"_method": "delete"}, status=303)

    press(page, "Play")

    expect(page.locator(".player-notice")).to_contain_text("Gone")
    expect(page.locator(".player-title")).to_have_text("One")
    wait_until(page, f"{HEARD}?.currentTime > 0.2")


def test_a_track_whose_bytes_are_lost_does_not_end_the_music(page: Page, stage: Stage) -> None:
    stage.person("Dana").upload_track(tone(2, 1000), "Lost.wav")
    stage.lose_bytes("Lost")
    page.goto("/tracks")

    press(page, "Play: Lost")

    wait_until(page, f"{HEARD}?.currentTime > 0.2", seconds=60)
    expect(page.locator(".player-title")).not_to_have_text("Lost")


def test_keys_work_outside_of_fields_alone(page: Page) -> None:
    play(page, "Long")
    page.get_by_role("link", name="Log in", exact=True).click()
    name = page.get_by_label("Name")

    name.fill("")
    name.press_sequentially("spm nr?")

    expect(name).to_have_value("spm nr?")
    expect(page.locator(".player-title")).to_have_text("Long")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    name.blur()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    wait_until(page, "audios.some((audio) => audio.currentTime > 5)")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    expect(page.locator(".player-title")).to_have_text("One")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_keys_can_be_turned_off(page: Page) -> None:
    play(page, "Long")
    page.keyboard.press("?")
    page.get_by_label("Shortcuts are on").uncheck()
    press(page, "Close")
    page.reload()

    page.keyboard.press("m")

    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")


def test_the_slider_is_moved_by_keys_and_tells_its_place(page: Page) -> None:
    play(page, "Long")
    press(page, "Pause")
    slider = page.get_by_role("slider", name="Position")
    slider.fill("100")

    slider.press("ArrowRight")

    expect(slider).to_have_attribute("aria-valuetext", "1:45 of 4:00")
    slider.hover()
    expect(page.locator(".player-seek output")).to_have_text(re.compile("1:59|2:00"))


def test_media_keys_are_told_what_is_played(page: Page) -> None:
    play(page, "Long")

    assert page.evaluate("navigator.mediaSession.metadata.title") == "Long"
    assert page.evaluate("navigator.mediaSession.metadata.artist") == "Ana"
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"


def test_one_window_sounds_at_a_time(page: Page, context: BrowserContext) -> None:
    play(page, "Long")
    other = context.new_page()
    other.goto("/tracks")

    play(other, "One")

    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert page.evaluate(f"{HEARD} === undefined")


def test_the_policy_is_not_broken(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.reload()
    play(page, "Long")
    press(page, "Queue")
    page.get_by_role("link", name="Log in", exact=True).click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Newest")

    assert complaints == []


def test_without_javascript_each_track_has_the_browsers_control(
    browser: Browser,
    stage: Stage,
    ana: Person,  # noqa: ARG001 - her tracks
) -> None:
    context = browser.new_context(base_url=stage.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/tracks")
    expect(page.get_by_role("button", name="Play: Long")).to_be_hidden()
    expect(page.locator(".player")).to_be_hidden()

    page.get_by_role("link", name="Long").first.click()

    expect(page.locator("audio")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_the_bar(page: Page, scheme: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme)
    play(page, "Long")
    press(page, "Queue")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in page.locator(".player button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert min(box["width"], box["height"]) >= 24
