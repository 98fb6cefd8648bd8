"""The database: declarative base, session, aware timestamps and row locks.

SQLite runs in WAL. Its driver's own transaction handling is switched off, so that a
unit of work can say BEGIN IMMEDIATE: two writers then wait for each other at the door
instead of failing half-way with "database is locked".
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, DateTime, Dialect, Engine, Executable, MetaData, event
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from lms.core.errors import NotFound

Row = TypeVar("Row")
Rows = CursorResult[*tuple[Any, ...]]
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

BUSY_TIMEOUT_MS = 10_000


class Writing(StrEnum):
    """How well a transaction that writes outlives a power cut; in SQLite's words."""

    LASTING = "FULL"  # on disk before it is said to be done
    LIGHT = "NORMAL"  # on disk a little later; a killed process loses nothing either way


writing: ContextVar[Writing | None] = ContextVar("writing", default=None)


class Base(DeclarativeBase):
    """Parent of every table; constraint names follow one convention so migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: refuses naive values, stores UTC, returns aware UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def execute(statement: Executable, values: Values = None) -> Rows:
    """Execute a statement of columns on the connection of the session's transaction.

    It costs half of what the session's own `execute` does, which prepares for rows of classes.
    What was added to the session is not flushed first, and nothing in it is expired after.
    """
    return db.session.connection().execute(statement, values)


def locks_rows() -> bool:
    """Tell whether rows are locked one by one; on SQLite the unit of work is the lock of all."""
    return db.session.connection().dialect.name != "sqlite"


def lock(row: Row) -> Row:
    """Re-read a row under its lock; on SQLite the whole unit of work is the lock.

    The lock is FOR NO KEY UPDATE: nobody changes keys, and the stronger FOR UPDATE also waits for
    everybody who has only written a row that refers to this one, which ends in deadlocks.
    Raises NotFound when somebody has removed the row meanwhile.
    """
    try:
        # Of this table alone: refreshing repeats the outer joins the row was loaded with, and
        # PostgreSQL refuses to lock the rows an outer join may not have found.
        db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    except InvalidRequestError as error:
        if row not in db.session:
            raise
        raise NotFound from error
    return row


def prepare_engine(engine: Engine) -> None:
    """Give every SQLite connection its pragmas and explicit transactions; no-op elsewhere."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    driver: sqlite3.Connection = connection.connection.driver_connection
    how = writing.get()
    if how is None:
        driver.execute("BEGIN")
    else:
        driver.execute(f"PRAGMA synchronous={how}")
        driver.execute("BEGIN IMMEDIATE")
