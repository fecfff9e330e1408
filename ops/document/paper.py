"""Prints the document: Chromium makes the PDF of its one long page."""

from __future__ import annotations

import shutil
import subprocess
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
]


class CannotPrint(Exception):
    """Chromium is not there, or made nothing."""


def print_page(page: Path, pdf: Path) -> None:
    """Print a page of the site, with its headings as the outline.

    Raises:
        CannotPrint: see there.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise CannotPrint("chromium is not installed: apt-get install chromium")
    with TemporaryDirectory() as profile:
        command = [chromium, *_ARGUMENTS, f"--user-data-dir={profile}", f"--print-to-pdf={pdf}"]
        done = subprocess.run(
            [*command, page.as_uri()], capture_output=True, text=True, check=False
        )
    if done.returncode or not pdf.exists():
        raise CannotPrint(f"chromium made no {pdf}:\n{done.stderr}")
