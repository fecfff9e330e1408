"""Tells the figures: as a table for people, as JSON for programs, in a page between its marks."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.figures import Figure

_HEADINGS = ("figure", "here", "beside", "ratio, quartiles", "mark (goal)", "")
_FEW_DIGITS = 10


def table(figures: Iterable[Figure]) -> str:
    """Return a line for each figure, in Markdown."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *(_row(figure) for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def summary(figures: Sequence[Figure], failures: Sequence[str], plan: str, seconds: float) -> str:
    """Return the table, with when and where it was measured, and what could not be."""
    judged = [figure for figure in figures if figure.mark is not None]
    missed = sum(not figure.is_reached for figure in judged)
    head = (
        f"{time.strftime('%Y-%m-%d')}, {plan} run of {seconds / 60:.0f} min, on "
        f"{os.cpu_count()} CPUs: {len(judged) - missed} of {len(judged)} marks reached."
    )
    lines = [
        head,
        "",
        table(figures),
        *(f"\n**Not measured:** {failure}" for failure in failures),
    ]
    return "\n".join(lines) + "\n"


def record(figures: Sequence[Figure], notes: Sequence[str], failures: Sequence[str]) -> str:
    """Return everything as JSON: each round, and what was judged."""
    found: dict[str, Any] = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": {
            "cpus": os.cpu_count(),
            "kernel": platform.release(),
            "python": platform.python_version(),
            "load": os.getloadavg(),
        },
        "figures": [
            {**asdict(figure), "judged": asdict(figure.judged), "reached": figure.is_reached}
            for figure in figures
        ],
        "notes": list(notes),
        "not measured": list(failures),
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _row(figure: Figure) -> tuple[str, ...]:
    judged = figure.judged
    ours = f"{_number(median(figure.ours))} {figure.unit}"
    beside = f"{figure.peer} {_number(median(figure.theirs))}" if figure.peer else ""
    ratio = ""
    if figure.peer:
        ratio = f"{judged.median:.2f} ({judged.low:.2f} to {judged.high:.2f})"
    mark = str(figure.mark) if figure.mark else ""
    return figure.name, ours, beside, ratio, mark, _verdict(figure)


def _verdict(figure: Figure) -> str:
    if figure.mark is None:
        return ""
    return "reached" if figure.is_reached else "**MISSED**"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= _FEW_DIGITS else f"{value:.2g}"
