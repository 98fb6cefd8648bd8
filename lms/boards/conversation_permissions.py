"""Doors to conversations and messages. `reader` is the `current_user` of the page.

A conversation is for the people in it; the staff are in each question to them. Of two people they
see no more than a message one of the two has reported.
"""

from dataclasses import dataclass
from typing import Any

from lms.accounts.models import Person
from lms.boards.models import Conversation, ConversationPerson, Message
from lms.boards.queries import conversations as queries
from lms.boards.queries import questions
from lms.boards.queries.conversations import ConversationRow
from lms.boards.queries.questions import QuestionRow, ReportRow
from lms.boards.rules.messages import PartOfTwo, pair_of
from lms.core.errors import NotAllowed, NotFound
from lms.enrolment.queries import RunHead, run_head


def get_conversation_for_reading(reader: Any, conversation_id: int) -> ConversationRow:
    """Return a conversation to somebody in it; NotFound to others, staff too."""
    row = queries.conversation_of(reader.id, conversation_id)
    if row is None:
        raise NotFound
    return row


def get_conversation_for_writing(
    reader: Any, conversation_id: int
) -> tuple[Conversation, ConversationPerson]:
    """Return a conversation and the reader's own part in it; NotFound to others, staff too.

    If they may still write there, the service finds out: that can change meanwhile.
    """
    conversation = queries.conversation_by_id(conversation_id)
    part = queries.part_in(conversation_id, reader.id)
    if conversation is None or part is None:
        raise NotFound
    return conversation, part


def get_own_question(reader: Any, conversation_id: int) -> Conversation:
    """Return a question to the staff to who has asked it; NotFound to others."""
    conversation, _part = get_conversation_for_writing(reader, conversation_id)
    if not conversation.is_question:
        raise NotFound
    return conversation


def get_conversation_of_two(
    reader: Any, conversation_id: int
) -> tuple[Conversation, ConversationPerson]:
    """Return a conversation of two people to one of them, with their part; NotFound to others."""
    conversation, part = get_conversation_for_writing(reader, conversation_id)
    if conversation.is_question:
        raise NotFound
    return conversation, part


@dataclass(frozen=True)
class Addressee:
    """Somebody of a run whom the reader wants to write to, and how both stand in it."""

    run: RunHead
    person: Person
    writer: PartOfTwo
    other: PartOfTwo
    conversation_id: int | None


def get_addressee(reader: Any, run_id: int, person_id: int) -> Addressee:
    """Return somebody the reader meets in a run: both are in it, or the other has been.

    NotFound for everybody else. Whether one may write to the other is told by the rule.
    """
    run = run_head(run_id)
    parts = queries.parts_of_two(run_id, reader.id, person_id) if run is not None else None
    if run is None or parts is None or not parts[0].is_in or not parts[1].was_ever_in:
        raise NotFound
    person = queries.person_by_id(person_id)
    assert person is not None
    known = queries.conversation_of_pair(pair_of(run_id, reader.id, person_id))
    return Addressee(run, person, *parts, known.id if known is not None else None)


def get_message_for_reporting(reader: Any, message_id: int) -> Message:
    """Return a message of two to the one who got it; NotAllowed to its author, NotFound to others.

    Staff take reports; they make none of what they cannot read.
    """
    message = queries.message_in_conversation_of(reader.id, message_id)
    if message is None:
        raise NotFound
    if message.author_id == reader.id:
        raise NotAllowed
    return message


# --- the staff's side ------------------------------------------------------------------


def get_question_for_staff(reader: Any, conversation_id: int) -> QuestionRow:
    """Return a question to the staff; NotFound to others, and for what is none."""
    row = questions.question_row(conversation_id) if reader.is_staff else None
    if row is None:
        raise NotFound
    return row


def get_question_for_answering(reader: Any, conversation_id: int) -> Conversation:
    """Return the row of a question to the staff; NotFound to others, and for what is none."""
    conversation = queries.conversation_by_id(conversation_id) if reader.is_staff else None
    if conversation is None or not conversation.is_question:
        raise NotFound
    return conversation


@dataclass(frozen=True)
class ReportedMessage:
    """A message that was reported, and its report: all that staff see of a conversation of two."""

    report: ReportRow
    message: Message


def get_reported_message(reader: Any, message_id: int) -> ReportedMessage:
    """Return a reported message to staff; NotFound to others, and when nobody has reported it."""
    report = questions.report_row(message_id) if reader.is_staff else None
    message = questions.message_by_id(message_id) if report is not None else None
    if report is None or message is None:
        raise NotFound
    return ReportedMessage(report, message)


def get_report_for_settling(reader: Any, message_id: int) -> Message:
    """Return a reported message to staff; NotAllowed to who has written or reported it."""
    found = get_reported_message(reader, message_id)
    if reader.id in {found.report.author_id, found.report.reporter_id}:
        raise NotAllowed
    return found.message
