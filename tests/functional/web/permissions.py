"""Reads permissions.txt: who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("permissions.txt")
STATES = {
    "the site": ("",),
    "a track": ("public", "unlisted", "private", "deleted"),
    "a playlist": ("public", "unlisted", "private"),
}
"""How the things of each part of the table may be."""
_EXISTS_FOR = {"private": ("owner", "listener", "editor"), "deleted": ("owner", "admin")}


@dataclass(frozen=True)
class Line:
    """What everybody gets who asks for one thing."""

    thing: str
    method: str
    address: str
    answers: dict[str, str]
    """By column."""
    form: str

    def __str__(self) -> str:
        return f"{self.method} {self.address} {self.form}".strip()

    def expected(self, state: str) -> dict[str, str]:
        """Return what each role gets for a thing that is so."""
        answers = {role: answer for role, answer in self.answers.items() if role != "deleted"}
        for role in answers:
            if role not in _EXISTS_FOR.get(state, answers):
                answers[role] = "404"
            elif state == "deleted":
                answers[role] = self.answers["deleted"]
        return answers


def read() -> list[Line]:
    """Return all lines."""
    lines = []
    thing, columns = "", [""]
    for text in FILE.read_text("utf-8").partition("\n[")[2].splitlines():
        if "]" in text:
            thing, _, roles = text.removeprefix("[").partition("]")
            columns = roles.split()
        elif text:
            words, _, form = text.partition(" with ")
            method, address, *answers = words.split()
            lines.append(
                Line(thing, method, address, dict(zip(columns, answers, strict=True)), form)
            )
    return lines
