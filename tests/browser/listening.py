"""What a listener does with the player, and how a test hears that the music goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hearing import HEARD

if TYPE_CHECKING:
    from playwright.sync_api import Page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def play(page: Page, title: str) -> None:
    press(page, f"Play: {title}")
    wait_until(page, f"{HEARD}?.currentTime > 0.2")


def wait_until(page: Page, condition: str, seconds: int = 20) -> None:
    """Ask again and again; `wait_for_function` needs eval, which the page's policy forbids."""
    for _ in range(10 * seconds):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def goes_on(page: Page) -> None:
    """The same object is heard, from where it was: never paused, never anew."""
    place, number = page.evaluate(f"[{HEARD}.currentTime, audios.indexOf({HEARD})]")
    assert number == page.evaluate("audios.indexOf(firstHeard)")
    wait_until(page, f"{HEARD}?.currentTime > {place} + 0.3")


def start_watching(page: Page) -> None:
    page.evaluate(
        f"""() => {{
            window.firstHeard = {HEARD};
            window.stops = [];
            for (const name of ["pause", "emptied", "seeking"]) {{
                firstHeard.addEventListener(name, () => stops.push(name));
            }}
        }}"""
    )
