"""Telling people that something was written to them: by whom and about what, never the words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.boards.models import Conversation, Message
from lms.boards.queries import conversations as queries
from lms.boards.rules.messages import Told
from lms.core.db import db
from lms.enrolment.queries import run_head
from lms.notifications.models import Link
from lms.notifications.services import notify, notify_all

GROUP_KEY = "boards.message"


def tell_of_private_message(
    conversation: Conversation, receiver: Person, *, sender: Person, last_read: int, now: datetime
) -> None:
    """Tell somebody that another wrote to them: once a day, until they have read in it.

    However often the other writes, they can fill no inbox with it.
    """
    assert conversation.run_id is not None
    run = run_head(conversation.run_id)
    assert run is not None
    notify(
        receiver,
        "boards.message",
        context=_context(conversation, Told.MESSAGE, sender) | {"course_title": run.course_title},
        link=Link("boards.show_conversation", {"conversation_id": conversation.id}),
        group=run.course_code,
        key=f"{GROUP_KEY}:{conversation.id}:{last_read}:{now:%Y%m%d}",
        now=now,
    )


def tell_staff(question: Conversation, what: Told, *, sender: Person, now: datetime) -> None:
    """Tell whoever has taken a question what its asker did; all of the staff before anybody has."""
    others = [person for person in queries.staff_people() if person.id != sender.id]
    taker = [person for person in others if person.id == question.taken_by_id]
    notify_all(
        taker or others,
        "boards.message",
        context=_context(question, what, sender) | {"is_for_staff": True},
        link=Link("boards_manage.show_question", {"conversation_id": question.id}),
        now=now,
    )


def tell_asker(question: Conversation, what: Told, *, sender: Person, now: datetime) -> None:
    """Tell who has asked a question what the staff did with it."""
    if sender.id == question.opened_by_id:
        return
    notify(
        db.session.get_one(Person, question.opened_by_id),
        "boards.message",
        context=_context(question, what, sender),
        link=Link("boards.show_conversation", {"conversation_id": question.id}),
        now=now,
    )


def _context(conversation: Conversation, what: Told, sender: Person) -> dict[str, Any]:
    return {
        "what": str(what),
        "conversation_id": conversation.id,
        "name": sender.full_name,
        "subject": conversation.subject,
        "course_title": None,
        "is_for_staff": False,
    }


def tell_of_report(message: Message, what: Told, *, now: datetime) -> None:
    """Tell those concerned with the report of a message: the staff, then who wrote or reported it.

    Its author hears of a report only when the message is hidden, and not whose report it was.
    """
    if what == Told.REPORTED:
        receivers: Iterable[Person] = queries.staff_people()
        link = Link("boards_manage.show_message_report", {"message_id": message.id})
    else:
        ids = {message.reported_by_id} | ({message.author_id} if what == Told.HIDDEN else set())
        receivers = queries.people_by_id(ids)
        link = Link("boards.show_conversation", {"conversation_id": message.conversation_id})
    notify_all(
        receivers,
        "boards.message_report",
        context={
            "what": str(what),
            "message_id": message.id,
            "conversation_id": message.conversation_id,
        },
        link=link,
        key=f"boards.message_report:{message.id}:{what}",
        now=now,
    )
