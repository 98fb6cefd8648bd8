"""What people on the site the pages are looked at have written to the staff and to each other."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import Message
from lms.boards.services import conversations, message_reports, questions
from lms.core.db import db

LONG = "Wie-lang-auch-immer-ein-Wort-ist-" * 6


def write_messages(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let a trainee ask the staff and write to the instructor, who answers; one is reported."""
    trainee, instructor, former, staff = (
        _known(name) for name in ("trainee", "instructor", "former", "staff")
    )
    for person in (trainee, instructor, former):
        person.birth_year = 1985
    question = questions.ask_staff(
        "Visa for the study visit, and what a passport needs",
        f"When does the letter come?\n\n{LONG}\nمتى تصل الرسالة؟",
        form_key="browser-question-0001",
        actor=trainee,
        now=now,
    )
    questions.take_question(question, actor=staff, now=now)
    questions.answer_question(
        question, "Next week.", form_key="browser-answer-00001", actor=staff, now=now
    )
    two = conversations.write_to(
        numbers["run"],
        trainee,
        "ສະບາຍດີ! How is the report?",
        form_key="browser-message-00001",
        actor=instructor,
        now=now,
    )
    for number, (actor, body) in enumerate(
        ((instructor, "You owe me an answer."), (trainee, f"Tomorrow.\n{LONG}"))
    ):
        conversations.write_in_conversation(
            two, body, form_key=f"browser-message-1000{number}", actor=actor, now=now
        )
    first, second, _third = db.session.scalars(
        select(Message).where(Message.conversation_id == two.id).order_by(Message.number)
    )
    message_reports.report_message(second, "I owe nothing.", actor=trainee, now=now)
    return {
        "question": question.id,
        "conversation": two.id,
        "message": first.id,
        "reported_message": second.id,
        "addressee": former.id,
    }


def _known(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{name}@pages.example")).one()
