"""Tables stand on the floors of their packages, and migrations follow each other in one row."""

from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask

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
