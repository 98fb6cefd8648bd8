"""A site with the demonstration in it."""

import time

import pytest
from sqlalchemy import func, select

from lms.app import create_app
from lms.core.db import db
from tests.conftest import testing_settings
from tests.tables import give_tables

PASSWORD = "harbour at dawn 42"
STARTING_DATA = (["catalogue", "import"], ["cities", "import"], ["foundation", "import"])


def make_site(folder, **environ):
    app = create_app(testing_settings(folder, **environ))
    if not environ:
        with app.app_context():
            give_tables(db.engine)
    for command in STARTING_DATA:
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 0, result.output
    return app


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A site with the demonstration, shared by the tests that only look, and the work it took:
    in the processor's time, how many times that of an empty site with the starting data.
    """
    began = time.process_time()
    app = make_site(tmp_path_factory.mktemp("demo"))
    started = time.process_time()
    result = app.test_cli_runner().invoke(args=["demo", "load", "--password", PASSWORD])
    assert result.exit_code == 0, result.output
    assert "trainee: trainee@demo.example" in result.output
    assert PASSWORD not in result.output
    yield app, (time.process_time() - started) / (started - began)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def site(loaded):
    app, _ = loaded
    with app.app_context():
        yield app
        db.session.remove()


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))
