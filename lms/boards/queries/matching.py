"""A query of ours in the words of each database: FTS5 of SQLite, tsquery of PostgreSQL.

Tokens hold no quote and no backslash, only letters, digits and the underscore (or signs of the
scripts that are cut into pairs), so between quotes each is itself and none an operator.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, cast, column, func, literal, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.expression import FromClause

from lms.boards.models import PostTerms
from lms.boards.models.terms import INDEX
from lms.boards.rules.search import Query, Term
from lms.core.db import db

_fts = table(INDEX, column("rowid", Integer), column(INDEX, Text))


@dataclass(frozen=True)
class Matching:
    """Where matches are read from, the id of their post there, and the condition they fulfil."""

    source: FromClause
    post_id: Any
    condition: ColumnElement[bool]


def matching(query: Query, *, in_title: bool) -> Matching:
    """Return the posts that have every term of a query, in their titles if so asked."""
    if _is_postgresql():
        wanted = PostTerms.title_terms if in_title else PostTerms.terms
        has = _fits(wanted, _tsquery(query.wanted))
        lacks = [~_fits(PostTerms.terms, _whole(tokens)) for tokens in query.excluded]
        return Matching(PostTerms.__table__, PostTerms.post_id, and_(has, *lacks))
    asked = f"({_fts5(query.wanted)})"
    if in_title:
        asked = f"({{title_terms}} : {asked})"
    for tokens in query.excluded:
        asked += f" NOT ({_fts5(map(Term, tokens))})"
    return Matching(_fts, _fts.c.rowid, _fts.c[INDEX].op("MATCH")(literal(asked, Text)))


def has_whole(tokens: Iterable[str]) -> ColumnElement[bool]:
    """Return whether a `PostTerms` has all of these tokens whole."""
    if _is_postgresql():
        return _fits(PostTerms.terms, _whole(tokens))
    # The row is at hand: to look in it costs less than to ask the index for each row.
    stored = literal(" ").concat(cast(PostTerms.terms, Text)).concat(literal(" "))
    return and_(*(func.instr(stored, literal(f" {token} ", Text)) > 0 for token in tokens))


def _is_postgresql() -> bool:
    return bool(db.session.connection().dialect.name == "postgresql")


def _fts5(terms: Iterable[Term]) -> str:
    return " AND ".join(f'"{term.token}"' + "*" * term.is_prefix for term in terms)


def _tsquery(terms: Iterable[Term]) -> str:
    return " & ".join(f"'{term.token}'" + ":*" * term.is_prefix for term in terms)


def _whole(tokens: Iterable[str]) -> str:
    return _tsquery(map(Term, tokens))


def _fits(terms: Any, asked: str) -> ColumnElement[bool]:
    fits: ColumnElement[bool] = terms.op("@@", is_comparison=True)(
        cast(literal(asked, Text), TSQUERY)
    )
    return fits
