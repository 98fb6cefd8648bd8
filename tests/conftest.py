"""The application under test: one database per worker, one rolled-back transaction per test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import event

import config
from lms.accounts import login, services
from lms.accounts.models import Person
from lms.app import create_app
from lms.core import clock, kept
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import run_due_jobs
from tests.tables import give_tables

# How long a case takes says nothing on a machine that does other work too.
hypothesis_settings.register_profile("ieum", deadline=None)
hypothesis_settings.load_profile("ieum")

pytest_plugins = [
    "tests.surroundings",
    "tests.site",
    "tests.media.object_store",
    "tests.seminars.bbb_server",
    "tests.boards.translation_server",
]


def testing_settings(instance: Path, **environ: str) -> dict[str, Any]:
    """Return settings for a test application whose files live under `instance`."""
    settings = config.load({"IEUM_ENV": "testing", "IEUM_INSTANCE": str(instance), **environ})
    settings.update(
        TESTING=True,
        QUEUE_URL=environ.get("IEUM_QUEUE_URL", ""),
        MAIL_BACKEND="locmem",
        MAIL_FOLDER="",
        SERVE_STATIC=False,
        ARGON2={"time_cost": 1, "memory_cost": 8, "parallelism": 1},
        PROPAGATE_EXCEPTIONS=False,
    )
    return settings


class Client(FlaskClient):
    """A browser. Its requests see what the test has saved, and the test sees what they saved."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        try:
            # A context of its own, as in service: in the test's one, `g` would still hold the
            # reader, language and zone of the request before.
            with self.application.app_context():
                return super().open(*args, **kwargs)
        finally:
            db.session.expire_all()


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(testing_settings(tmp_path_factory.mktemp("instance")))
    app.test_client_class = Client
    with app.app_context():
        give_tables(db.engine)
    return app


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application, with everything the test writes rolled back after it."""
    with rolled_back(shared_app):
        yield shared_app


@contextmanager
def rolled_back(shared_app: Flask) -> Iterator[None]:
    """Roll back in the end whatever is written inside.

    The engine's slot is replaced by one connection; sessions join its transaction by
    savepoints, so commits inside the application work as always.
    """
    with shared_app.app_context():
        g.page_language = "en"  # what services say outside a page, as the tests read it
        engine = db.engines[None]
        connection = engine.connect()
        outer = connection.begin()
        db.engines[None] = connection  # type: ignore[assignment]
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        shared_app.extensions["rate_limits"].storage.reset()
        kept.forget_everything()  # what one test showed visitors has been rolled back
        try:
            yield
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db.engines[None] = engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app_of_its_own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own: commits are real, and threads share it."""
    environ = {}
    if request.param == "postgres":
        environ["IEUM_DATABASE_URL"] = request.getfixturevalue("postgres_with_tables")
    app = create_app(testing_settings(tmp_path, **environ))
    kept.forget_everything()
    if not environ:
        with app.app_context():
            give_tables(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def signed_in_as(app: Flask) -> Callable[[Person], FlaskClient]:
    """Return a function that gives a browser in which the person has signed in."""

    def sign_in(person: Person) -> FlaskClient:
        browser = app.test_client()
        with unit_of_work():
            token = services.start_session(
                person, user_agent="test", address="127.0.0.1", now=clock.now()
            )
        browser.set_cookie(login.cookie_name(), token)
        return browser

    return sign_in


@pytest.fixture
def outbox(app: Flask) -> list[Any]:
    """The mails that have left, after `run_jobs`."""
    app.extensions["mailman"].outbox = []
    mails: list[Any] = app.extensions["mailman"].outbox
    return mails


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Do everything that is due, as the worker would."""
    return run_due_jobs


class Statements(list[str]):
    """The SQL statements of a block."""


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], Any]:
    """Count SQL statements: `with count_statements() as statements: …; len(statements)`."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        statements = Statements()

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
                statements.append(statement)

        connection = db.engines[None]
        event.listen(connection, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return counting
