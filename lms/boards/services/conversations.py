"""What two people of a run write to each other: sent once, read, blocked.

Whether one may write to the other is asked again with each message, for it can end: somebody
leaves, blocks, or says another year of birth. What was written stays readable.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards.models import (
    Conversation,
    ConversationKind,
    ConversationPerson,
    ConversationState,
    Message,
)
from lms.boards.queries import conversations as queries
from lms.boards.rules.messages import bar_to_message, pair_of
from lms.boards.services.telling_messages import tell_of_private_message
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.enrolment.rules import busan_day

ENTITY = "conversation"


def write_to(
    run_id: int, other: Person, body: str, *, form_key: str, actor: Person, now: datetime
) -> Conversation:
    """Write to somebody of a run and return the conversation of the two, begun if need be.

    The same form sent twice is one message. Raises Conflict when they may not write to them.
    """
    sent = queries.message_with_key(actor.id, form_key)
    if sent is not None:
        return db.session.get_one(Conversation, sent.conversation_id)
    _check_may_write(run_id, actor, other, now)
    conversation = _conversation_of_two(run_id, actor, other, now)
    _send(conversation, other, body, form_key=form_key, actor=actor, now=now)
    return conversation


def write_in_conversation(
    conversation: Conversation, body: str, *, form_key: str, actor: Person, now: datetime
) -> None:
    """Write to the other of two; the same form sent twice is one message.

    Raises Conflict once they may not write to them any more.
    """
    if queries.message_with_key(actor.id, form_key) is not None:
        return
    ((other, _part),) = queries.others_in(conversation.id, actor.id)
    assert conversation.run_id is not None
    _check_may_write(conversation.run_id, actor, other, now)
    _send(conversation, other, body, form_key=form_key, actor=actor, now=now)


def _check_may_write(run_id: int, actor: Person, other: Person, now: datetime) -> None:
    parts = queries.parts_of_two(run_id, actor.id, other.id)
    if parts is None or bar_to_message(*parts, busan_day(now)) is not None:
        raise Conflict(_("Your message was not sent: you cannot write to this person."))


def _conversation_of_two(run_id: int, actor: Person, other: Person, now: datetime) -> Conversation:
    """Return the conversation of two; when both begin it at once, the database keeps one."""
    pair = pair_of(run_id, actor.id, other.id)
    present = queries.conversation_of_pair(pair)
    if present is not None:
        return present
    conversation = Conversation(
        kind=ConversationKind.PEOPLE,
        pair=pair,
        run_id=run_id,
        state=ConversationState.OPEN,
        opened_by_id=actor.id,
        created_at=now,
        last_message_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(conversation)
            db.session.flush()
            for person in (actor, other):
                db.session.add(
                    ConversationPerson(conversation_id=conversation.id, person_id=person.id)
                )
    except IntegrityError:
        present = queries.conversation_of_pair(pair)
        if present is None:
            raise
        return present
    record_change(
        ENTITY, conversation.id, old="", new=conversation.state, actor_id=actor.id, now=now
    )
    return conversation


def _send(
    conversation: Conversation,
    other: Person,
    body: str,
    *,
    form_key: str,
    actor: Person,
    now: datetime,
) -> None:
    if add_message(conversation, actor, body, form_key=form_key, now=now) is None:
        return
    part = queries.part_in(conversation.id, other.id)
    assert part is not None
    tell_of_private_message(conversation, other, sender=actor, last_read=part.last_read, now=now)


def add_message(
    conversation: Conversation, author: Person, body: str, *, form_key: str, now: datetime
) -> Message | None:
    """Add a message under the next number and return it; None when the form was sent before.

    Whoever writes has read what stood there. Two who write at once come one after the other.
    """
    lock(conversation)
    number = conversation.messages_count + 1
    message = Message(
        conversation_id=conversation.id,
        number=number,
        author_id=author.id,
        body=body,
        form_key=form_key,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:
        if queries.message_with_key(author.id, form_key) is None:
            raise
        return None
    conversation.messages_count = number
    conversation.last_message_at = now
    part = queries.part_in(conversation.id, author.id)
    if part is not None:
        part.last_read = number
    db.session.flush()
    return message


def mark_read(conversation: Conversation, part: ConversationPerson, *, up_to: int) -> None:
    """Note up to which message somebody has read; never back, never past what is there."""
    lock(part)
    part.last_read = max(part.last_read, min(up_to, conversation.messages_count))
    db.session.flush()


def block(part: ConversationPerson, *, now: datetime) -> None:
    """Let the other of two write no more to this person, in no run they share; twice is harmless.

    The other is not told.
    """
    lock(part)
    if part.is_blocked:
        return
    part.is_blocked = True
    _record_block(part, old="", new="blocked", now=now)


def unblock(part: ConversationPerson, *, now: datetime) -> None:
    """Let the other of two write again, wherever they were blocked; harmless when they may."""
    for other, _their_part in queries.others_in(part.conversation_id, part.person_id):
        for blocked in queries.blocked_parts(part.person_id, other.id):
            lock(blocked)
            blocked.is_blocked = False
            _record_block(blocked, old="blocked", new="", now=now)


def _record_block(part: ConversationPerson, *, old: str, new: str, now: datetime) -> None:
    record_change(ENTITY, part.conversation_id, old=old, new=new, actor_id=part.person_id, now=now)
    db.session.flush()
