"""`flask create-admin EMAIL`: the first administrator, by a link that works once."""

import click
from flask import current_app, url_for

from lms.accounts import services
from lms.accounts.models import LinkKind
from lms.accounts.rules import LIFE_OF_LINK, normal_address
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import BY_CODE, DEFAULT
from lms.web.addresses import absolute_url


@click.command("create-admin")
@click.argument("email")
@click.option("--language", type=click.Choice(list(BY_CODE)), default=DEFAULT)
def create_admin(email: str, language: str) -> None:
    """Make EMAIL an administrator and print a link to set the password by.

    The link works once, for an hour; doing it again prints another and ends the one before.
    """
    address = normal_address(email)
    if not address:
        raise click.BadParameter("is not an e-mail address", param_hint="EMAIL")
    with unit_of_work():
        token = services.invite_admin(address, language=language, now=clock.now())
    with current_app.test_request_context():
        path = url_for("accounts.reset_password", language=language, token=token)
        link = absolute_url(path)
    minutes = int(LIFE_OF_LINK[LinkKind.INVITE_ADMIN].total_seconds() // 60)
    click.echo(f"{address} is an administrator. Open within {minutes} minutes:\n{link}")
