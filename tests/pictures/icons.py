"""Draws the icons of the installed site from their SVG: `python -m tests.pictures.icons`."""

from __future__ import annotations

import base64

from playwright.sync_api import sync_playwright

from tests.components import CHROMIUM, require_program
from tests.deployment import ROOT

STATIC = ROOT / "cdpsfy" / "web" / "static"
ICONS = {
    "192.png": ("icon.svg", 192),
    "512.png": ("icon.svg", 512),
    "maskable-512.png": ("icons/maskable.svg", 512),
    "apple-touch-180.png": ("icons/maskable.svg", 180),
}
"""File, with its drawing and its size [pixels]; a maskable one is cut to shape by who shows it."""


def main() -> None:
    """Draw all of them anew."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=require_program("chromium"), args=CHROMIUM
        )
        for file, (drawing, size) in ICONS.items():
            page = chromium.new_page(viewport={"width": size, "height": size})
            svg = base64.b64encode((STATIC / drawing).read_bytes()).decode()
            page.set_content(
                "<style>body { margin: 0 } img { display: block; width: 100vw }</style>"
                f'<img src="data:image/svg+xml;base64,{svg}">'
            )
            page.screenshot(path=STATIC / "icons" / file, omit_background=True)
            page.close()
        chromium.close()


if __name__ == "__main__":
    main()
