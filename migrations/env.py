"""Alembic environment: runs revisions on the engine it is given, tables as batch on SQLite."""

from typing import Any

from alembic import context

import lms.wiring  # noqa: F401 - imports every package, so every table is known
from lms.boards.models.terms import INDEX, Terms
from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguagesType


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Write our column types as the plain types they are stored as."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, TextInLanguagesType):
        return "sa.JSON()"
    if kind == "type" and isinstance(item, Terms):
        return "sa.Text().with_variant(sa.dialects.postgresql.TSVECTOR(), 'postgresql')"
    return False


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the full-text table of SQLite out, and those in which it keeps what it knows."""
    return kind != "table" or not (name or "").startswith(INDEX)


def is_made_here(item: Any, _name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:
    """Leave out on SQLite what only PostgreSQL has: inverted indexes."""
    is_inverted = kind == "index" and item.dialect_options["postgresql"]["using"] == "gin"
    return engine.dialect.name == "postgresql" or not is_inverted


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        render_item=render_item,
        include_name=is_ours,
        include_object=is_made_here,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
