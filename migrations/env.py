"""Alembic environment: runs revisions on the engine it is given, tables as batch on SQLite."""

from typing import Any

from alembic import context

import lms.wiring  # noqa: F401 - imports every package, so every table is known
from lms.core.db import Base, UTCDateTime
from lms.core.text import TextInLanguagesType


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Write our column types as the plain types they are stored as."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, TextInLanguagesType):
        return "sa.JSON()"
    return False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        render_item=render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
