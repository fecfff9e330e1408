"""`python -m ops.document FOLDER`: draws, fills in, and writes the site and the PDF."""

from __future__ import annotations

from pathlib import Path

import click

from ops.document.drawings import CannotDraw, draw_changed
from ops.document.machines import write_tables
from ops.document.pages import ROOT, BrokenLink
from ops.document.paper import CannotPrint, print_page
from ops.document.site import ALL, PDF, NotTheDocuments, write_site
from ops.topology import read_topology


@click.command
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, resolve_path=True))
def main(folder: Path) -> None:
    """Build docs/ into FOLDER: open its index.html, or cdpsfy.pdf."""
    topology = read_topology()
    try:
        for path in draw_changed(ROOT / "docs" / "drawings", topology):
            click.echo(f"drawn anew: {path.relative_to(ROOT)}")
        write_tables(topology)
        pages = write_site(folder)
        print_page(folder / ALL, folder / PDF)
    except (BrokenLink, CannotDraw, CannotPrint, NotTheDocuments) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(pages)} pages: {folder / 'index.html'}, {folder / PDF}")


if __name__ == "__main__":
    main()
