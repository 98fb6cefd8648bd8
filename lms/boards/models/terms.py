from collections.abc import Iterable
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from lms.core.db import Base

# The full-text table of SQLite, kept in step by triggers; both are made in the migration.
INDEX = "post_terms_index"


class _Tokens(FunctionElement[Any]):
    """Tokens on their way into the database, as they are.

    A parser of PostgreSQL would cut them once more, in its own way.
    """

    inherit_cache = True


@compiles(_Tokens)
def _as_text(element: _Tokens, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(_Tokens, "postgresql")
def _as_vector(element: _Tokens, compiler: Any, **kw: Any) -> str:
    return f"array_to_tsvector(CAST({compiler.process(element.clauses, **kw)} AS TEXT[]))"


class Terms(TypeDecorator[list[str]]):
    """Tokens of a text: a text with spaces on SQLite, a tsvector on PostgreSQL. Only written."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def bind_expression(self, bindparam: Any) -> Any:
        return _Tokens(bindparam)

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        tokens = [] if value is None else list(value)
        return tokens if dialect.name == "postgresql" else " ".join(tokens)


class PostTerms(Base):
    """The tokens by which a published post is found: of all its texts, and of its titles.

    Titles are those of a thread and stand with its first post. What changes the columns of this
    table by making it anew (a batch of Alembic on SQLite) must make the triggers anew as well.
    """

    __tablename__ = "post_terms"
    __table_args__ = (
        Index("ix_post_terms_terms", "terms", postgresql_using="gin").ddl_if("postgresql"),
        Index("ix_post_terms_title_terms", "title_terms", postgresql_using="gin").ddl_if(
            "postgresql"
        ),
        # Tokens stand beside the row, not in it: a search looks at many rows and at few tokens.
        {"postgresql_with": {"toast_tuple_target": 128}},
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    title_terms: Mapped[list[str]] = mapped_column(Terms)
    terms: Mapped[list[str]] = mapped_column(Terms)
