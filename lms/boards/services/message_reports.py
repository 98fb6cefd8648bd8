"""Messages somebody reports to the staff, who hide them or find nothing in them."""

from datetime import datetime

from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.boards.models import Message
from lms.boards.rules.messages import Told
from lms.boards.services.telling_messages import tell_of_report
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict

ENTITY = "message"


def report_message(message: Message, words: str, *, actor: Person, now: datetime) -> None:
    """Report a message to the staff, who may read it from then on; the first report stands."""
    lock(message)
    if message.reported_at is not None:
        return
    message.reported_by_id = actor.id
    message.reported_at = now
    message.report_words = words
    record_change(ENTITY, message.id, old="", new="reported", actor_id=actor.id, now=now)
    db.session.flush()
    tell_of_report(message, Told.REPORTED, now=now)


def hide_message(message: Message, *, actor: Person, now: datetime) -> None:
    """Hide a reported message from both, who are told; twice is harmless.

    Raises Conflict when somebody else has dismissed the report.
    """
    if _is_settled(message, is_hidden=True):
        return
    message.hidden_at = now
    _settle(message, "hidden", actor, now)
    tell_of_report(message, Told.HIDDEN, now=now)


def dismiss_report(message: Message, *, actor: Person, now: datetime) -> None:
    """Leave a reported message as it is; who reported it is told. Twice is harmless.

    Raises Conflict when somebody else has hidden the message.
    """
    if _is_settled(message, is_hidden=False):
        return
    _settle(message, "dismissed", actor, now)
    tell_of_report(message, Told.DISMISSED, now=now)


def _is_settled(message: Message, *, is_hidden: bool) -> bool:
    lock(message)
    if message.report_settled_at is None:
        return False
    if (message.hidden_at is not None) != is_hidden:
        raise Conflict(_("Somebody else has decided on this report otherwise."))
    return True


def _settle(message: Message, new: str, actor: Person, now: datetime) -> None:
    message.report_settled_at = now
    record_change(ENTITY, message.id, old="reported", new=new, actor_id=actor.id, now=now)
    db.session.flush()
