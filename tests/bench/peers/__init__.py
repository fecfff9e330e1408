"""The peers, as they are used elsewhere: nginx, and express 5 as the first version used it."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.bench.contestants import Contestant
from tests.bench.processes import CannotMeasure, Server
from tests.components import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.songs import Songs

_PROGRAMS = Path(__file__).parent
_PRODUCTION = {"NODE_ENV": "production"}


@contextmanager
def nginx(folder: Path, songs: Songs) -> Iterator[Contestant]:
    """Run nginx over the files: the limit."""
    port = free_port()
    # Its workers would else be another user, who may not look into our folders.
    values = {"user": getpass.getuser(), "folder": folder, "songs": songs.folder, "port": port}
    templates = Environment(
        loader=FileSystemLoader(_PROGRAMS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(templates.get_template("nginx.conf.j2").render(values), "utf-8")
    command = ["nginx", "-c", str(configuration), "-g", "daemon off;"]
    with _running(Server("nginx", command, folder), port) as contestant:
        yield contestant


@contextmanager
def express_static(folder: Path, songs: Songs) -> Iterator[Contestant]:
    """Run express' `static` over the files."""
    with _express("static", folder, songs.folder) as contestant:
        yield contestant


@contextmanager
def express_upload(folder: Path) -> Iterator[Contestant]:
    """Run express with multer, which keeps uploads in the folder `uploads`."""
    with _express("upload", folder, folder / "uploads") as contestant:
        yield contestant


@contextmanager
def express_page(folder: Path, database: Path) -> Iterator[Contestant]:
    """Run express with ejs over the site's own SQLite database."""
    with _express("page", folder, database) as contestant:
        yield contestant


@contextmanager
def _express(program: str, folder: Path, argument: Path) -> Iterator[Contestant]:
    if not (_PROGRAMS / "node_modules/.installed").exists():
        raise CannotMeasure("the peers are not installed: `make bench` does it")
    port = free_port()
    command = ["node", str(_PROGRAMS / f"{program}.mjs"), str(argument), str(port)]
    server = Server(f"express-{program}", command, folder, _PRODUCTION)
    with _running(server, port, name="express") as contestant:
        yield contestant


@contextmanager
def _running(server: Server, port: int, name: str = "nginx") -> Iterator[Contestant]:
    url = f"http://127.0.0.1:{port}"
    try:
        server.await_answer(url)
        yield Contestant(name, url, [server], lambda song: song.path)
    finally:
        server.stop()
