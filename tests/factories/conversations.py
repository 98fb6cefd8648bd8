from datetime import timedelta
from typing import Any

from lms.accounts.models import Person
from lms.boards.models import Conversation, ConversationPerson, Message
from lms.boards.rules.messages import pair_of
from lms.boards.services.questions import ask_staff
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from tests.factories import next_number, save
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment


def make_adult(run: CourseRun | None = None, **values: Any) -> Person:
    """Make somebody who says they were born in 1990, enrolled in a run if one is named."""
    person = make_person(**{"birth_year": 1990, **values})
    if run is not None:
        make_enrolment(run, person)
    return person


def make_question(
    asker: Person, subject: str = "My visa", body: str = "When does it come?", **values: Any
) -> Conversation:
    """Make a question to the staff as its asker sends it; then change what is said of it."""
    with unit_of_work():
        question = ask_staff(
            subject, body, form_key=f"question-{next_number():016}", actor=asker, now=clock.now()
        )
    for name, value in values.items():
        setattr(question, name, value)
    return save(question)


def make_conversation(run: CourseRun, one: Person, other: Person, *bodies: str) -> Conversation:
    """Make the conversation of two with messages by one and the other in turn; nothing is read."""
    began = clock.now() - timedelta(hours=1)
    conversation = save(
        Conversation(
            kind="people",
            pair=pair_of(run.id, one.id, other.id),
            run_id=run.id,
            state="open",
            opened_by_id=one.id,
            messages_count=len(bodies),
            created_at=began,
            last_message_at=began,
        )
    )
    for person in (one, other):
        save(ConversationPerson(conversation_id=conversation.id, person_id=person.id))
    db.session.add_all(
        Message(
            conversation_id=conversation.id,
            number=number,
            author_id=(one if number % 2 else other).id,
            body=body,
            form_key=f"message-{next_number():016}",
            created_at=began,
        )
        for number, body in enumerate(bodies, start=1)
    )
    db.session.commit()
    return conversation
