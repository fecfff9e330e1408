"""What the pages tell a reader to type is there: asked of make, of click, of the settings."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click
import pytest

import cdpsfy.cli
import ops.cli
import ops.document.__main__
import tests.bench.__main__
from cdpsfy.settings import SETTINGS
from ops.document.markdown import code
from ops.document.pages import read_page
from storage.errors import Misconfigured
from tests.deployment import ROOT
from tests.functional.document.words import all_pages, commands

if TYPE_CHECKING:
    from storage.driver import Driver

PROGRAMS = {
    "cdpsfy": cdpsfy.cli.main,
    "ops": ops.cli.main,
    "ops.document": ops.document.__main__.main,
    "tests.bench": tests.bench.__main__.bench,
}
TARGETS = set(
    re.findall(r"^([a-z][a-z -]*?):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
)
every_page = pytest.mark.parametrize("page", all_pages(), ids=str)


@every_page
def test_every_target_of_make_is_one(page: PurePosixPath) -> None:
    known = {name for names in TARGETS for name in names.split()}
    named = {
        word
        for first, *rest in commands(page)
        if first == "make"
        for word in rest
        if re.fullmatch(r"[a-z][a-z-]*", word)
    }

    assert named <= known


@every_page
def test_every_verb_and_option_is_one(page: PurePosixPath) -> None:
    wrong = [
        problem
        for words in commands(page)
        for program, rest in _called(words)
        if (problem := _problem(PROGRAMS[program], rest))
    ]

    assert not wrong


@every_page
def test_every_module_that_is_run_is_one(page: PurePosixPath) -> None:
    named = [after for words in commands(page) if (after := _module(words))]
    ours = [name for name in named if name.split(".")[0] in ("ops", "tests", "cdpsfy", "storage")]

    assert not [name for name in ours if find_spec(name) is None]


@every_page
def test_every_setting_is_known(page: PurePosixPath) -> None:
    text = "\n".join(code(read_page(page).tokens))
    named = re.findall(r"(?<![\w./@:-])((?:cdpsfy|storage|tracks)\.[a-z_]+)(?![\w./(-])", text)

    assert not [name for name in named if not _is_known(name)]


@every_page
def test_every_file_of_ours_is_there(page: PurePosixPath) -> None:
    named = {
        text
        for text in code(read_page(page).tokens)
        if re.fullmatch(r"(ops|tests|docs|cdpsfy|storage|migrations)/[\w./-]+", text)
    }

    assert not [text for text in named if not (ROOT / text).exists()]


def test_what_is_not_there_is_found() -> None:
    assert _problem(cdpsfy.cli.main, ["storage", "wash", "site.ini"])
    assert _problem(cdpsfy.cli.main, ["scrub", "site.ini", "--quickly"])
    assert not _is_known("storage.paths")
    assert not _is_known("cdpsfy.uploads")


def _called(words: list[str]) -> list[tuple[str, list[str]]]:
    """Return the program of ours that a command calls, with what follows, if it calls one."""
    if re.search(r"(^|/)cdpsfy$", words[0]):
        return [("cdpsfy", words[1:])]
    module = _module(words)
    return [(module, words[words.index("-m") + 2 :])] if module in PROGRAMS else []


def _module(words: list[str]) -> str:
    is_python = PurePosixPath(words[0]).name in ("python", "python3")
    return words[words.index("-m") + 1] if is_python and "-m" in words[:-1] else ""


def _problem(program: click.Command, words: list[str]) -> str:
    """Return what click would not understand; nothing when all is well."""
    rest = list(words)
    command: click.Command | None = program
    while isinstance(command, click.Group) and rest:
        command = command.commands.get(rest.pop(0))
    if command is None:
        return f"{' '.join(words)}: no such verb"
    known = {"--help", *(name for each in command.params for name in each.opts)}
    unknown = [word for word in rest if word.startswith("--") and word not in known]
    return f"{' '.join(words)}: {unknown[0]} is no option" if unknown else ""


def _is_known(name: str) -> bool:
    """Whether it is a setting; or one of our modules, or the group of third parties' drivers."""
    prefix, _, rest = name.partition(".")
    if name in {*SETTINGS, "storage.driver", "cdpsfy.storage"} or find_spec(prefix) is None:
        return True
    is_module = prefix != "tracks" and find_spec(name) is not None
    drivers = [entry.load() for entry in entry_points(group="cdpsfy.storage")]
    return is_module or (prefix == "storage" and any(_takes(driver, rest) for driver in drivers))


def _takes(driver: type[Driver], setting: str) -> bool:
    try:
        driver.from_settings({setting: ""}).close()
    except Misconfigured as error:
        return f"storage.{setting} is not a setting" not in str(error)
    return True
