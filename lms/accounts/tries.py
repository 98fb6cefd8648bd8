"""How often passwords and mails may be tried, for one account and from one address.

An account's limit makes guessing slow and the wait grows with the guesses, but nobody can lock
somebody else out: a link by mail always leads in. An address may stand for a whole classroom,
so there only wrong passwords count, and many of them are let pass.
"""

from flask_babel import gettext as _

from lms.core.errors import TooMany
from lms.web.limits import check_limit, check_room, client_address, forget_tries

PASSWORDS_OF_ACCOUNT = ("5/minute", "10/10 minutes", "25/hour")
WRONG_PASSWORDS_FROM_ADDRESS = ("60/minute", "400/hour")
MAILS_TO_ACCOUNT = ("5/hour",)
MAILS_FROM_ADDRESS = ("120/hour",)


def before_password(account: str) -> None:
    """Count one try at the password of an account (its e-mail address, known or not)."""
    try:
        for rate in WRONG_PASSWORDS_FROM_ADDRESS:
            check_room(rate, "password-from", client_address())
        for rate in PASSWORDS_OF_ACCOUNT:
            check_limit(rate, "password-of", account)
    except TooMany as error:
        raise TooMany(error.retry_after, _too_many_passwords(error.retry_after)) from None


def after_wrong_password() -> None:
    """Count one wrong password from this address."""
    for rate in WRONG_PASSWORDS_FROM_ADDRESS:
        try:
            check_limit(rate, "password-from", client_address())
        except TooMany:
            return  # this one was still answered; the next will not be


def forgive(account: str) -> None:
    """Begin anew for an account whose owner has shown who they are."""
    for rate in PASSWORDS_OF_ACCOUNT:
        forget_tries(rate, "password-of", account)


def before_mail(account: str) -> None:
    """Count one mail asked for an account (its e-mail address, known or not)."""
    try:
        for rate in MAILS_FROM_ADDRESS:
            check_limit(rate, "mail-from", client_address())
        for rate in MAILS_TO_ACCOUNT:
            check_limit(rate, "mail-to", account)
    except TooMany as error:
        raise TooMany(error.retry_after, _too_many_mails(error.retry_after)) from None


def _too_many_passwords(seconds: int) -> str:
    return _(
        "Too many tries. Wait %(minutes)d min, or choose a new password by a link in a mail.",
        minutes=_minutes(seconds),
    )


def _too_many_mails(seconds: int) -> str:
    return _(
        "We have sent several mails already. Look for them, also under spam; you can ask for "
        "another in %(minutes)d min.",
        minutes=_minutes(seconds),
    )


def _minutes(seconds: int) -> int:
    return (seconds + 59) // 60
