"""Whether people see the site's pages: the way in, and the catalogue."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from ops.nagios.plugins.answer import Answer, Status, answer
from ops.nagios.plugins.arguments import Arguments
from ops.nagios.plugins.visitor import Unreachable, add_arguments, visitor

if TYPE_CHECKING:
    from ops.nagios.plugins.visitor import Visitor

_OK = 200


class Expected(NamedTuple):
    """A page, and what must stand in it."""

    path: str
    mark: bytes


PAGES = (Expected("/login", b'name="password"'), Expected("/", b'<main id="main"'))


def check(visitor: Visitor) -> Answer:
    """Look at each page; the second one is made from the database."""
    start = time.monotonic()
    try:
        wrong = [fault for page in PAGES if (fault := _fault(visitor, page))]
    except Unreachable as error:
        return Answer(Status.CRITICAL, str(error))
    if wrong:
        return Answer(Status.CRITICAL, "; ".join(wrong))
    took = time.monotonic() - start
    paths = " and ".join(page.path for page in PAGES)
    return Answer(Status.OK, f"{paths} are as they should be", {"time": f"{took:.3f}s"})


def _fault(visitor: Visitor, expected: Expected) -> str:
    page = visitor.ask("GET", expected.path)
    if page.status != _OK:
        return f"{expected.path} answers {page.status}"
    if expected.mark not in page.body:
        return f"{expected.path} lacks {expected.mark.decode()}"
    return ""


def main() -> None:
    """Run the check."""
    arguments = Arguments(__doc__)
    add_arguments(arguments)
    given = arguments.parse_args()
    answer(lambda: check(visitor(given)))


if __name__ == "__main__":
    main()
