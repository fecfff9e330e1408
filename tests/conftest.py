"""What all tests share: one Playwright, for there cannot be two at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserType, Playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what drives browsers."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> BrowserType:
    """Return what launches Chromium."""
    return playwright.chromium


@pytest.fixture(scope="session")
def compiled_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return settings by which the pages are compiled once for all sites, not for each."""
    folder = tmp_path_factory.mktemp("pages")
    return {"jinja2.bytecode_caching": "true", "jinja2.bytecode_caching_directory": str(folder)}
