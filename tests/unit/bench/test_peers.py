"""What the peers need is pinned, and comes from wherever a machine gets its packages."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench import peers

FOLDER = Path(peers.__file__).parent
LOCK = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
PACKAGES = {name: each for name, each in LOCK["packages"].items() if name}


def test_the_lock_names_no_host() -> None:
    assert "://" not in (FOLDER / "package-lock.json").read_text("utf-8")


def test_each_package_has_its_hash() -> None:
    assert PACKAGES
    assert all(each["integrity"].startswith("sha512-") for each in PACKAGES.values())


def test_the_lock_is_of_what_is_asked_for() -> None:
    asked = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]

    assert LOCK["packages"][""]["dependencies"] == asked
