"""A match of terms as each database's full text is asked for it.

Terms have nothing in them but a to z, digits and `_`: there is no syntax that they could upset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from cdpsfy.models import SearchTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cdpsfy.web.services.search.terms import Match

_terms = SearchTerms.__table__.c
_fts5 = sa.table("search_index", sa.column("rowid", sa.Integer))
_lexemes = sa.func.search_lexemes(_terms.terms)


def matching(dialect: str, match: Match) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
    """Return the column of the tracks' ids in the index, and the condition that they match.

    Who orders by that column and sets a limit has the index read no further than needed, but by
    PostgreSQL.
    """
    return _WAYS[dialect](match)


def _by_fts5(match: Match) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
    def one(term: str) -> str:
        return f'"{term.removesuffix("*")}"' + ("*" if term.endswith("*") else "")

    query = _all(match.groups, one, " OR ", " AND ")
    if match.unless:
        query = f"({query}) NOT ({_all(match.unless, one, ' OR ', ' AND ')})"
    return _fts5.c.rowid, sa.literal_column("search_index").op("MATCH", is_comparison=True)(query)


def _by_tsquery(match: Match) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
    def one(term: str) -> str:
        return f"'{term.removesuffix('*')}'" + (":*" if term.endswith("*") else "")

    query = _all(match.groups, one, " | ", " & ")
    if match.unless:
        query = f"{query} & !({_all(match.unless, one, ' | ', ' & ')})"
    found = _lexemes.op("@@", is_comparison=True)(sa.cast(query, postgresql.TSQUERY))
    # Its planner takes what is found for evenly spread and, if it may, reads all tracks from the
    # newest on, for the few that have a rare word. So the index is asked first, for all that match.
    every = sa.select(_terms.track_id).where(found).cte("found").prefix_with("MATERIALIZED")
    return every.c.track_id, sa.true()


def _by_boolean_mode(match: Match) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
    def against(groups: Sequence[Sequence[str]]) -> sa.ColumnElement[bool]:
        query = " ".join(f"+({' '.join(group)})" for group in groups)
        return mysql.match(_terms.terms, against=query).in_boolean_mode()

    found = against(match.groups)
    # A group of groups after a minus is more than InnoDB understands.
    return _terms.track_id, found & ~against(match.unless) if match.unless else found


def _all(groups: Sequence[Sequence[str]], one: Callable[[str], str], either: str, both: str) -> str:
    return both.join(f"({either.join(map(one, group))})" for group in groups)


_WAYS = {
    "sqlite": _by_fts5,
    "postgresql": _by_tsquery,
    "mysql": _by_boolean_mode,
    "mariadb": _by_boolean_mode,
}
