"""Reads for the staff: the queue of questions, and messages that were reported."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.boards.models import Conversation, ConversationKind, ConversationState, Message
from lms.boards.rules.messages import QUEUE, Place
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseVersion
from lms.enrolment.models import CourseRun

_Taker = aliased(Person)
_Reporter = aliased(Person)


@dataclass(frozen=True)
class QuestionRow:
    """A question as the staff's list shows it."""

    id: int
    subject: str
    state: ConversationState
    asker_id: int
    asker_name: str
    taken_by_id: int | None
    taker_name: str | None
    messages_count: int
    created_at: datetime
    last_message_at: datetime

    @property
    def place(self) -> Place:
        """Return where the queue goes on after it."""
        return Place(QUEUE.index(ConversationState(self.state)), self.last_message_at, self.id)


_QUESTIONS = (
    select(
        Conversation.id,
        Conversation.subject,
        Conversation.state,
        Person.id.label("asker_id"),
        Person.full_name,
        _Taker.id.label("taker_id"),
        _Taker.full_name.label("taker_name"),
        Conversation.messages_count,
        Conversation.created_at,
        Conversation.last_message_at,
    )
    .join(Person, Person.id == Conversation.opened_by_id)
    .outerjoin(_Taker, _Taker.id == Conversation.taken_by_id)
    .where(Conversation.kind == ConversationKind.STAFF)
)


def questions(state: str, *, after: Place | None, limit: int) -> list[QuestionRow]:
    """Return questions, those that wait for an answer first and of these the longest wait first.

    With a state only those; `after` is where the last page ended.
    """
    rank = case({each: number for number, each in enumerate(QUEUE)}, value=Conversation.state)
    statement = _QUESTIONS
    if state:
        statement = statement.where(Conversation.state == state)
    if after is not None:
        later = or_(
            Conversation.last_message_at > after.at,
            and_(Conversation.last_message_at == after.at, Conversation.id > after.id),
        )
        statement = statement.where(or_(rank > after.rank, and_(rank == after.rank, later)))
    order = (rank, Conversation.last_message_at, Conversation.id)
    return [
        QuestionRow(*tuple(row))
        for row in db.session.execute(statement.order_by(*order).limit(limit))
    ]


def question_row(conversation_id: int) -> QuestionRow | None:
    """Return one question."""
    row = db.session.execute(_QUESTIONS.where(Conversation.id == conversation_id)).one_or_none()
    return None if row is None else QuestionRow(*tuple(row))


@dataclass(frozen=True)
class ReportRow:
    """A reported message as the staff's list shows it, without its words."""

    message_id: int
    conversation_id: int
    author_id: int
    author_name: str
    reporter_id: int
    reporter_name: str
    reported_at: datetime
    settled_at: datetime | None
    hidden_at: datetime | None
    course_code: str
    course_title: TextInLanguages
    cohort_no: int

    @property
    def place(self) -> Place:
        """Return where the list goes on after it."""
        return Place(0, self.reported_at, self.message_id)


_REPORTS = (
    select(
        Message.id,
        Message.conversation_id,
        Person.id.label("author_id"),
        Person.full_name,
        _Reporter.id.label("reporter_id"),
        _Reporter.full_name.label("reporter_name"),
        Message.reported_at,
        Message.report_settled_at,
        Message.hidden_at,
        Course.code,
        CourseVersion.title,
        CourseRun.cohort_no,
    )
    .join(Person, Person.id == Message.author_id)
    .join(_Reporter, _Reporter.id == Message.reported_by_id)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .join(CourseRun, CourseRun.id == Conversation.run_id)
    .join(Course, Course.id == CourseRun.course_id)
    .join(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
    .where(Message.reported_at.is_not(None))
)


def open_reports(*, after: Place | None, limit: int) -> list[ReportRow]:
    """Return the reported messages nobody has decided on, the longest wait first."""
    statement = _REPORTS.where(Message.report_settled_at.is_(None))
    if after is not None:
        statement = statement.where(
            or_(
                Message.reported_at > after.at,
                and_(Message.reported_at == after.at, Message.id > after.id),
            )
        )
    order = (Message.reported_at, Message.id)
    return [
        ReportRow(*tuple(row))
        for row in db.session.execute(statement.order_by(*order).limit(limit))
    ]


def report_row(message_id: int) -> ReportRow | None:
    """Return the report of a message; None when nobody has reported it."""
    row = db.session.execute(_REPORTS.where(Message.id == message_id)).one_or_none()
    return None if row is None else ReportRow(*tuple(row))


def message_by_id(message_id: int) -> Message | None:
    """Return the row of a message."""
    return db.session.get(Message, message_id)
