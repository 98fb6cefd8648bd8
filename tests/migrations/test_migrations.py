"""Revisions run up, down and up again, and leave exactly the tables the models describe."""

import pytest
from alembic import command

from lms.app import create_app
from lms.core import migrations
from lms.core.db import db
from tests.conftest import testing_settings


def up_down_up(tmp_path, **environ):
    app = create_app(testing_settings(tmp_path, **environ))
    with app.app_context():
        migrations.upgrade(db.engine)
        migrations.downgrade(db.engine, "base")
        assert set(db.inspect(db.engine).get_table_names()) == {"alembic_version"}
        migrations.upgrade(db.engine)
        command.check(migrations.config_for(db.engine))
        db.engine.dispose()


def test_on_sqlite(tmp_path):
    up_down_up(tmp_path)


@pytest.mark.postgres
def test_on_postgresql(tmp_path, postgres_url):
    up_down_up(tmp_path, IEUM_DATABASE_URL=postgres_url)
