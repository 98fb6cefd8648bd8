"""Tables stand on the floors of their packages, and the migrations make exactly these tables."""

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine

from lms.core import migrations
from lms.core.db import Base
from tests.architecture.source import floors


def owners() -> dict[str, str]:
    """Table name → package that owns it."""
    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
    }


def test_every_table_has_a_model(shared_app: Flask):
    assert not set(Base.metadata.tables) - set(owners())


def test_foreign_keys_point_to_the_same_or_a_lower_floor(shared_app: Flask):
    owner = owners()
    upward = [
        f"{table.name}.{key.parent.name} → {key.column.table.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if owner[table.name] != owner[key.column.table.name]
        and floors()[owner[table.name]] <= floors()[owner[key.column.table.name]]
    ]
    assert not upward


def test_migrations_have_one_head():
    engine: Any = None
    heads = ScriptDirectory.from_config(migrations.config_for(engine)).get_heads()
    assert len(heads) == 1, heads


def test_migrations_make_the_tables_of_the_models(shared_app: Flask, tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert not differences


def _is_ours(_object: Any, _name: Any, kind: str, reflected: bool, match: Any) -> bool:
    """Leave out tables made by hand in a migration, such as those of the search index."""
    return not (kind == "table" and reflected and match is None and _name.startswith("search"))
