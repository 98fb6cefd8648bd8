"""Reads over conversations: those of a person, one with its messages, who may write in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person, PersonRole, PersonState, Role
from lms.boards.models import (
    Conversation,
    ConversationKind,
    ConversationPerson,
    ConversationState,
    Message,
)
from lms.boards.rules.messages import PartOfTwo, Place
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseVersion
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunInstructor

STAFF_ROLES = (Role.STAFF, Role.ADMIN)

_Other = aliased(ConversationPerson)


@dataclass(frozen=True)
class ConversationRow:
    """A conversation as one of its people finds it.

    `other_id` and `other_name` are the other of two; a question to the staff has none.
    """

    id: int
    kind: ConversationKind
    subject: str
    state: ConversationState
    messages_count: int
    last_message_at: datetime
    last_read: int
    is_blocked: bool
    run_id: int | None
    course_code: str | None
    course_title: TextInLanguages | None
    cohort_no: int | None
    other_id: int | None
    other_name: str | None

    @property
    def is_question(self) -> bool:
        """Tell whether it is a question to the staff."""
        return self.kind == ConversationKind.STAFF

    @property
    def unread(self) -> int:
        """Return how many messages came since the person read in it last."""
        return max(0, self.messages_count - self.last_read)

    @property
    def place(self) -> Place:
        """Return where the list goes on after it."""
        return Place(0, self.last_message_at, self.id)


_ROWS = (
    select(
        Conversation.id,
        Conversation.kind,
        Conversation.subject,
        Conversation.state,
        Conversation.messages_count,
        Conversation.last_message_at,
        ConversationPerson.last_read,
        ConversationPerson.is_blocked,
        Conversation.run_id,
        Course.code,
        CourseVersion.title,
        CourseRun.cohort_no,
        Person.id.label("other_id"),
        Person.full_name,
    )
    .join(ConversationPerson, ConversationPerson.conversation_id == Conversation.id)
    .outerjoin(
        _Other,
        and_(
            _Other.conversation_id == Conversation.id,
            _Other.person_id != ConversationPerson.person_id,
        ),
    )
    .outerjoin(Person, Person.id == _Other.person_id)
    .outerjoin(CourseRun, CourseRun.id == Conversation.run_id)
    .outerjoin(Course, Course.id == CourseRun.course_id)
    .outerjoin(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
)


def conversations_of(person_id: int, *, after: Place | None, limit: int) -> list[ConversationRow]:
    """Return a person's conversations of both kinds, the one written in last first."""
    statement = _ROWS.where(ConversationPerson.person_id == person_id)
    if after is not None:
        statement = statement.where(
            or_(
                Conversation.last_message_at < after.at,
                and_(Conversation.last_message_at == after.at, Conversation.id < after.id),
            )
        )
    order = (Conversation.last_message_at.desc(), Conversation.id.desc())
    return [
        ConversationRow(*tuple(row))
        for row in db.session.execute(statement.order_by(*order).limit(limit))
    ]


def conversation_of(person_id: int, conversation_id: int) -> ConversationRow | None:
    """Return one conversation of a person; None when they are not in it."""
    row = db.session.execute(
        _ROWS.where(ConversationPerson.person_id == person_id, Conversation.id == conversation_id)
    ).one_or_none()
    return None if row is None else ConversationRow(*tuple(row))


def conversation_by_id(conversation_id: int) -> Conversation | None:
    """Return the row of a conversation."""
    return db.session.get(Conversation, conversation_id)


def conversation_of_pair(pair: str) -> Conversation | None:
    """Return the conversation of two people in a run."""
    return db.session.scalar(select(Conversation).where(Conversation.pair == pair))


def part_in(conversation_id: int, person_id: int) -> ConversationPerson | None:
    """Return somebody's own part in a conversation."""
    return db.session.get(ConversationPerson, (conversation_id, person_id))


def others_in(conversation_id: int, person_id: int) -> Sequence[tuple[Person, ConversationPerson]]:
    """Return the others in a conversation, each with their part in it."""
    rows = db.session.execute(
        select(Person, ConversationPerson)
        .join(ConversationPerson, ConversationPerson.person_id == Person.id)
        .where(
            ConversationPerson.conversation_id == conversation_id,
            ConversationPerson.person_id != person_id,
        )
    )
    return [(person, part) for person, part in rows]


# --- messages --------------------------------------------------------------------------


@dataclass(frozen=True)
class MessageRow:
    """One message as those in its conversation see it; hidden ones have no words."""

    id: int
    number: int
    author_id: int
    author_name: str
    body: str
    created_at: datetime
    is_hidden: bool
    reported_by_id: int | None


def messages_in(conversation_id: int, *, before: int, limit: int) -> list[MessageRow]:
    """Return the newest messages numbered below `before`, in the order they were written."""
    rows = db.session.execute(
        select(
            Message.id,
            Message.number,
            Message.author_id,
            Person.full_name,
            Message.body,
            Message.created_at,
            Message.hidden_at,
            Message.reported_by_id,
        )
        .join(Person, Person.id == Message.author_id)
        .where(Message.conversation_id == conversation_id, Message.number < before)
        .order_by(Message.number.desc())
        .limit(limit)
    ).all()
    return [
        MessageRow(
            id=row.id,
            number=row.number,
            author_id=row.author_id,
            author_name=row.full_name,
            body="" if row.hidden_at is not None else row.body,
            created_at=row.created_at,
            is_hidden=row.hidden_at is not None,
            reported_by_id=row.reported_by_id,
        )
        for row in reversed(rows)
    ]


def message_with_key(author_id: int, key: str) -> Message | None:
    """Return what somebody has sent with a form before."""
    return db.session.scalar(
        select(Message).where(Message.author_id == author_id, Message.form_key == key)
    )


def message_in_conversation_of(person_id: int, message_id: int) -> Message | None:
    """Return a message in a conversation of two in which the person is one of them."""
    return db.session.scalar(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(ConversationPerson, ConversationPerson.conversation_id == Message.conversation_id)
        .where(
            Message.id == message_id,
            Conversation.kind == ConversationKind.PEOPLE,
            ConversationPerson.person_id == person_id,
        )
    )


# --- who may write to whom -------------------------------------------------------------


def parts_of_two(run_id: int, person_id: int, other_id: int) -> tuple[PartOfTwo, PartOfTwo] | None:
    """Return two people as a run knows them, and whether one blocks the other in any run.

    In the order they were asked for; None when one of them does not exist.
    """
    found = {
        row.id: row
        for row in db.session.execute(
            select(
                Person.id,
                Person.state,
                Person.birth_year,
                Enrolment.state.label("enrolment"),
                RunInstructor.person_id.label("instructor_id"),
            )
            .outerjoin(
                Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.run_id == run_id)
            )
            .outerjoin(
                RunInstructor,
                and_(RunInstructor.person_id == Person.id, RunInstructor.run_id == run_id),
            )
            .where(Person.id.in_((person_id, other_id)))
        )
    }
    if person_id == other_id or len(found) != 2:
        return None
    blocking = set(db.session.scalars(_blocking(person_id, other_id)))
    one, other = (
        PartOfTwo(
            person_id=row.id,
            state=PersonState(row.state),
            birth_year=row.birth_year,
            enrolment=EnrolmentState(row.enrolment) if row.enrolment else None,
            teaches=row.instructor_id is not None,
            blocks=row.id in blocking,
        )
        for row in (found[person_id], found[other_id])
    )
    return one, other


def _blocking(one_id: int, other_id: int) -> Select[int]:
    """Return who of two wants no more from the other, in whichever run they said so."""
    return (
        select(ConversationPerson.person_id)
        .join(_Other, _Other.conversation_id == ConversationPerson.conversation_id)
        .where(
            ConversationPerson.is_blocked,
            or_(
                and_(ConversationPerson.person_id == one_id, _Other.person_id == other_id),
                and_(ConversationPerson.person_id == other_id, _Other.person_id == one_id),
            ),
        )
    )


def blocked_parts(person_id: int, other_id: int) -> Sequence[ConversationPerson]:
    """Return the person's parts, in every run, in which they want no more from the other."""
    return db.session.scalars(
        select(ConversationPerson)
        .join(_Other, _Other.conversation_id == ConversationPerson.conversation_id)
        .where(
            ConversationPerson.person_id == person_id,
            _Other.person_id == other_id,
            ConversationPerson.is_blocked,
        )
    ).all()


def person_by_id(person_id: int) -> Person | None:
    """Return a person."""
    return db.session.get(Person, person_id)


def people_by_id(ids: Collection[int | None]) -> Sequence[Person]:
    """Return the people of these ids."""
    return db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()


def staff_people() -> Sequence[Person]:
    """Return everybody of the staff who has an account."""
    holds = select(PersonRole.person_id).where(PersonRole.role.in_(STAFF_ROLES))
    return db.session.scalars(
        select(Person)
        .where(Person.id.in_(holds), Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
    ).all()
