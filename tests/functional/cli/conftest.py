from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.functional.cli.library import Library

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "a")
