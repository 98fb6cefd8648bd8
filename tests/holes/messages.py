"""What people of the ground write to the staff and to each other."""

from typing import Any

from lms.accounts.models import Person
from lms.boards.models import Message
from lms.core import clock
from lms.core.db import db
from lms.enrolment.models import CourseRun
from tests.factories.conversations import make_adult, make_conversation, make_question
from tests.factories.progress import Study

OF_QUESTION = {"conversation_id": "question_id"}
OF_REPORTED = {"message_id": "reported_message_id"}
PARTS = {
    **dict.fromkeys(
        (
            "boards.reopen_question",
            "boards_manage.show_question",
            "boards_manage.take_question",
            "boards_manage.close_question",
            "boards_manage.reopen_question",
        ),
        OF_QUESTION,
    ),
    **dict.fromkeys(
        ("boards_manage.show_message_report", "boards_manage.settle_message_report"), OF_REPORTED
    ),
    "boards.write_to": {"person_id": "fellow_id"},
}


def messages_written(study: Study, instructor: Person) -> dict[str, Any]:
    """Return a question of the trainee, and what the instructor and they wrote to each other."""
    run = db.session.get_one(CourseRun, study.run.id)
    trainee = db.session.get_one(Person, study.person.id)
    other = db.session.get_one(Person, instructor.id)
    trainee.birth_year = other.birth_year = 1980
    fellow = make_adult(run)  # somebody of the run nobody has written to yet
    two = make_conversation(run, other, trainee, "Well done.", "Thank you.", "You owe me.")
    first, _second, third = (
        db.session.query(Message).filter_by(conversation_id=two.id).order_by(Message.number)
    )
    third.reported_at, third.reported_by_id = clock.now(), trainee.id
    third.report_words = "I owe nothing."
    db.session.commit()
    return {
        "conversation_id": two.id,
        "question_id": make_question(trainee).id,
        "message_id": first.id,
        "reported_message_id": third.id,
        "fellow_id": fellow.id,
    }
