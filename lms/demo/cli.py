"""`flask demo load`."""

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.demo.loader import demo_accounts, load_demo

demo = AppGroup("demo", help="Fill the site with made-up people and one small, real course.")


@demo.command("load")
@click.option(
    "--password",
    envvar="DEMO_PASSWORD",
    required=True,
    help="Password of the demonstration's accounts (or DEMO_PASSWORD in the environment).",
)
def load(password: str) -> None:
    """Load the demonstration, or bring it up to date; nobody's work in it is undone.

    The catalogue, the cities and the foundation must have been imported before.
    """
    try:
        load_demo(password, clock.now())
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    for role, email in demo_accounts():
        click.echo(f"{role}: {email}")
