"""Commands of the whole application; those of a feature stand in its own `cli.py`."""

import click
from flask import Flask
from flask.cli import AppGroup

from lms.accounts.cli import create_admin
from lms.core import migrations
from lms.core.db import db
from lms.courses.cli import catalogue
from lms.demo.cli import demo
from lms.jobs.worker import work
from lms.organisations.cli import cities, foundation
from lms.prepare import prepare

database = AppGroup("db", help="Bring the database's tables up to date.")


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Run the migrations that are missing."""
    migrations.upgrade(db.engine, revision)


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take migrations back."""
    migrations.downgrade(db.engine, revision)


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (database, create_admin, cities, foundation, catalogue, demo):
        app.cli.add_command(command)

    @app.cli.command("prepare")
    @click.option("--demo-password", envvar="DEMO_PASSWORD", default="")
    def make_ready(demo_password: str) -> None:
        """Bring tables and first data up to date; print what there is to try."""
        click.echo(prepare(app, demo_password), nl=False)

    @app.cli.command("worker")
    def worker() -> None:
        """Do jobs until told to stop."""
        work(app)
