"""Draws `docs/drawings/*.dot.j2` by Graphviz, in each language; figures are the topology's."""

from __future__ import annotations

import configparser
import hashlib
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.topology import Topology

_SUFFIX = ".dot.j2"
_LOOK = (
    "-Gfontname=DejaVu Sans", "-Gfontsize=11", "-Gbgcolor=transparent", "-Gstyle=rounded",
    "-Nfontname=DejaVu Sans", "-Nfontsize=11", "-Nshape=box", "-Nstyle=rounded",
    "-Nmargin=0.14,0.08", "-Efontname=DejaVu Sans", "-Efontsize=10", "-Earrowsize=0.7",
)  # fmt: skip
"""DejaVu is wide: in any other font the words are as long at most, and stay in their boxes."""
_STYLE = Path(__file__).with_name("drawing.css").read_text("utf-8")


class CannotDraw(Exception):
    """Graphviz is not there, or does not take the text."""


def drawings(folder: Path, topology: Topology) -> Iterator[tuple[Path, str]]:
    """Return each drawing's file, `FOLDER/upload.svg`, or `upload.es.svg`, and its text for dot.

    A sentence that `FOLDER/es.ini` does not translate is a KeyError.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - dot is made here, and no HTML
    )
    for template in sorted(folder.glob(f"*{_SUFFIX}")):
        name = template.name.removesuffix(_SUFFIX)
        for language, words in _languages(folder).items():
            text = environment.get_template(template.name).render(
                topology=topology,
                ports=topology.ports,
                deadlines=topology.deadlines,
                say=words.__getitem__ if words else str,
            )
            yield folder / f"{name}{language}.svg", text


def draw_changed(folder: Path, topology: Topology) -> list[Path]:
    """Draw those whose text is not the one that their file was drawn from; return them.

    Two versions of Graphviz draw the same text a little differently: a drawing that says what it is
    to say is left alone.

    Raises:
        CannotDraw: Graphviz refuses one, or is not installed.
    """
    changed = [(path, text) for path, text in drawings(folder, topology) if not is_of(path, text)]
    for path, text in changed:
        path.write_text(draw(text), "utf-8")
    return [path for path, _ in changed]


def is_of(path: Path, text: str) -> bool:
    """Whether a drawing was made from this text."""
    return path.exists() and _mark(text) in path.read_text("utf-8")


def draw(text: str) -> str:
    """Return the SVG of a text for dot, light and dark.

    Raises:
        CannotDraw: see `draw_changed`.
    """
    try:
        done = subprocess.run(
            ["dot", "-Tsvg", *_LOOK], input=text, capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        raise CannotDraw("dot is not installed: apt-get install graphviz") from None
    except subprocess.CalledProcessError as error:
        raise CannotDraw(f"dot: {error.stderr.strip()}") from error
    drawn = done.stdout[done.stdout.index("<svg") :]
    # The version of Graphviz and the names of nodes: nothing that anybody looks at.
    drawn = re.sub(r"<!--.*?-->\n|<title>.*?</title>\n", "", drawn, flags=re.DOTALL)
    return drawn.replace(">", f">\n{_mark(text)}\n<style>\n{_STYLE}</style>", 1)


def _mark(text: str) -> str:
    """Return what says of which text, and with which look, a drawing is."""
    made_of = "\n".join((text, *_LOOK, _STYLE))
    return f"<!-- drawn by `make docs`, of {hashlib.sha256(made_of.encode()).hexdigest()} -->"


def _languages(folder: Path) -> dict[str, Mapping[str, str] | None]:
    """Return the words of each language, by what it adds to a file's name; English has none."""
    found: dict[str, Mapping[str, str] | None] = {"": None}
    for path in sorted(folder.glob("*.ini")):
        ini = configparser.RawConfigParser(delimiters=("=",))
        ini.optionxform = str  # type: ignore[assignment, method-assign]
        ini.read_string(path.read_text("utf-8"), str(path))
        found[f".{path.stem}"] = ini["words"]
    return found
