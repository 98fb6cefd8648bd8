"""Questions to the staff: asked once, taken by one, answered by any, closed and opened again."""

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
from lms.boards.rules.messages import Told, state_after
from lms.boards.services.conversations import ENTITY, add_message
from lms.boards.services.telling_messages import tell_asker, tell_staff
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict


def ask_staff(
    subject: str, body: str, *, form_key: str, actor: Person, now: datetime
) -> Conversation:
    """Ask the staff something and return the question; the one there is, when sent before."""
    sent = queries.message_with_key(actor.id, form_key)
    if sent is not None:
        return db.session.get_one(Conversation, sent.conversation_id)
    question = Conversation(
        kind=ConversationKind.STAFF,
        subject=subject,
        state=ConversationState.OPEN,
        opened_by_id=actor.id,
        messages_count=1,
        created_at=now,
        last_message_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(question)
            db.session.flush()
            db.session.add(
                ConversationPerson(conversation_id=question.id, person_id=actor.id, last_read=1)
            )
            db.session.add(
                Message(
                    conversation_id=question.id,
                    number=1,
                    author_id=actor.id,
                    body=body,
                    form_key=form_key,
                    created_at=now,
                )
            )
    except IntegrityError:
        sent = queries.message_with_key(actor.id, form_key)
        if sent is None:
            raise
        return db.session.get_one(Conversation, sent.conversation_id)
    record_change(ENTITY, question.id, old="", new=question.state, actor_id=actor.id, now=now)
    tell_staff(question, Told.QUESTION, sender=actor, now=now)
    return question


def write_on(
    question: Conversation, body: str, *, form_key: str, actor: Person, now: datetime
) -> None:
    """Add to one's own question; it waits for the staff again, also when it was closed."""
    if add_message(question, actor, body, form_key=form_key, now=now) is None:
        return
    _set_state(question, state_after(by_staff=False), actor=actor, now=now)
    tell_staff(question, Told.ADDED, sender=actor, now=now)


def answer_question(
    question: Conversation, body: str, *, form_key: str, actor: Person, now: datetime
) -> None:
    """Answer a question for the staff, whoever has taken it; two answers at once both land."""
    if add_message(question, actor, body, form_key=form_key, now=now) is None:
        return
    _set_state(question, state_after(by_staff=True), actor=actor, now=now)
    tell_asker(question, Told.ANSWER, sender=actor, now=now)


def take_question(question: Conversation, *, actor: Person, now: datetime) -> None:
    """See to a question oneself; twice is harmless.

    Raises Conflict with the name of who was first.
    """
    lock(question)
    if question.taken_by_id == actor.id:
        return
    if question.taken_by_id is not None:
        taker = db.session.get_one(Person, question.taken_by_id)
        raise Conflict(_("%(name)s has taken this question already.", name=taker.full_name))
    question.taken_by_id = actor.id
    record_change(ENTITY, question.id, old="", new="taken", actor_id=actor.id, now=now)
    db.session.flush()


def close_question(
    question: Conversation, last_words: str, *, form_key: str, actor: Person, now: datetime
) -> None:
    """Close a question, with a last word or without; who asked is told. Twice is harmless."""
    if last_words:
        is_new = add_message(question, actor, last_words, form_key=form_key, now=now) is not None
    else:
        is_new = lock(question).state != ConversationState.CLOSED
    if is_new:
        _set_state(question, ConversationState.CLOSED, actor=actor, now=now)
        tell_asker(question, Told.CLOSED, sender=actor, now=now)


def reopen_question(question: Conversation, *, actor: Person, now: datetime) -> None:
    """Open a closed question again, for its asker or for the staff; harmless when it is open."""
    if lock(question).state != ConversationState.CLOSED:
        return
    _set_state(question, ConversationState.OPEN, actor=actor, now=now)
    if actor.id == question.opened_by_id:
        tell_staff(question, Told.REOPENED, sender=actor, now=now)
    else:
        tell_asker(question, Told.REOPENED, sender=actor, now=now)


def _set_state(
    question: Conversation, new: ConversationState, *, actor: Person, now: datetime
) -> None:
    if question.state != new:
        record_change(ENTITY, question.id, old=question.state, new=new, actor_id=actor.id, now=now)
        question.state = new
    db.session.flush()
