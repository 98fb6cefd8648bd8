"""Databases with the tables of the migrations, copied: to run all of them for each test is slow.

`tests/migrations` runs them for real, on both databases.
"""

import sqlite3
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine

from lms.core import migrations
from lms.core.db import prepare_engine


def give_tables(engine: Engine) -> None:
    """Make the tables of the migrations in an empty SQLite database."""
    connection = engine.raw_connection()
    _migrated_sqlite().backup(connection.driver_connection)  # type: ignore[arg-type]
    connection.close()


@cache
def _migrated_sqlite() -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.sqlite"
        migrate(f"sqlite:///{file}")
        source = sqlite3.connect(file)
        source.backup(kept)
        source.close()
    return kept


def migrate(url: str) -> None:
    """Run all migrations on a database and stay connected to none."""
    engine = create_engine(url)
    prepare_engine(engine)
    migrations.upgrade(engine)
    engine.dispose()
