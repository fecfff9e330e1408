"""Makes the README's pictures, of a real site with the demo's music: `make screenshots`."""

from __future__ import annotations

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
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "docs" / "screenshots"
_NAME = "Ada Cantarera"
_SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
_THEMES = ("light", "dark")


def main() -> None:
    """Make all of them anew."""
    FOLDER.mkdir(exist_ok=True)
    structlog.configure(
        logger_factory=structlog.ReturnLoggerFactory(), cache_logger_on_first_use=True
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stage = Stage(Path(folder))
        person = stage.person(_NAME)
        addresses = [person.upload_track(file.read_bytes(), file.name) for file in tracks()]
        chromium = playwright.chromium.launch(
            executable_path=require_program("chromium"), args=CHROMIUM
        )
        for size in _SIZES:
            for theme in _THEMES:
                _picture_all(chromium, stage, addresses[3], size, theme)
        chromium.close()
        stage.close()
