"""Makes the README's pictures, of a real site with the demo's music: `make screenshots`."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from playwright.sync_api import sync_playwright

from cdpsfy.demo import tracks
from tests.browser.stage import Stage
from tests.components import CHROMIUM, require_program
from tests.deployment import ROOT
from tests.functional.web.person import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FOLDER = ROOT / "docs" / "screenshots"
NAME = "Ada Cantarera"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
"""Width and height [CSS pixels]."""
THEMES = ("light", "dark")
_PALETTE = (
    "split[picture][copy]; [copy]palettegen=max_colors=200:reserve_transparent=0[colours]; "
    "[picture][colours]paletteuse=dither=bayer:bayer_scale=4"
)


def main() -> None:
    """Make all of them anew."""
    FOLDER.mkdir(exist_ok=True)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stage = Stage(Path(folder))
        person = stage.person(NAME)
        addresses = [person.upload_track(file.read_bytes(), file.name) for file in tracks()]
        stage.draw_waveforms()
        chromium = playwright.chromium.launch(
            executable_path=require_program("chromium"), args=CHROMIUM
        )
        for size in SIZES:
            for theme in THEMES:
                _picture_all(chromium, stage.url, addresses[3], size, theme)
        chromium.close()
        stage.close()


def _picture_all(chromium: Browser, url: str, track: str, size: str, theme: str) -> None:
    context = _open(chromium, url, size, theme)
    page = context.new_page()

    def picture(name: str) -> None:
        _write(page.screenshot(), FOLDER / f"{name}-{size}-{theme}.png")

    page.goto("/")
    picture("welcome")
    _log_in(page)
    page.goto("/")
    page.locator("[data-queue=now]").first.click()
    page.wait_for_timeout(1500)  # until something of it has been heard
    picture("home")
    page.locator("[data-do=queue]").click()
    picture("queue")
    page.goto(track)
    picture("track")
    page.goto("/albums")
    page.locator(".cards a").first.click()
    page.wait_for_url("**/albums/*")
    picture("album")
    page.goto(f"/people/{NAME}")
    picture("person")
    page.goto("/tracks/new")
    picture("upload")
    context.close()


def _write(png: bytes, path: Path) -> None:
    """Write a picture with 200 colours: a fifth of the bytes, and nobody sees it."""
    command = ["ffmpeg", "-v", "error", "-y", "-i", "-", "-vf", _PALETTE, str(path)]
    subprocess.run(command, input=png, check=True)


def _open(chromium: Browser, url: str, size: str, theme: str) -> BrowserContext:
    width, height = SIZES[size]
    return chromium.new_context(
        base_url=url,
        locale="en-GB",
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": height},
        has_touch=size == "phone",
        is_mobile=size == "phone",
    )


def _log_in(page: Page) -> None:
    page.goto("/login")
    page.locator("[name=username]").fill(NAME)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    page.wait_for_url("**/tracks")


if __name__ == "__main__":
    main()
