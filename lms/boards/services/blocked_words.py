"""The staff's list of words with which posts wait or are not taken."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards.models import BlockedWord, WordAction
from lms.boards.queries.moderation import blocked_words
from lms.boards.rules.posting import is_same_word, listed_word
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Invalid

ENTITY = "blocked_word"
SHORTEST, LONGEST = 2, 100


def add_word(word: str, action: WordAction, *, actor: Person, now: datetime) -> BlockedWord:
    """Put a word on the list; sent twice it is there once.

    Raises Invalid on `word` for one that is there with the other action, and for one so short
    that it would stand in most posts. Case and accents make no other word.
    """
    kept = listed_word(word)
    if not SHORTEST <= len(kept) <= LONGEST:
        raise Invalid("word", _("A word of the list has from 2 to 100 characters."))
    present = next((each for each in blocked_words() if is_same_word(each.word, kept)), None)
    if present is not None:
        return _as_present(present, action)
    row = BlockedWord(word=kept, action=action, created_by_id=actor.id, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        present = next(each for each in blocked_words() if each.word == kept)
        return _as_present(present, action)
    record_change(ENTITY, row.id, old="", new=action, actor_id=actor.id, now=now, reason=kept)
    return row


def remove_word(word: BlockedWord, *, actor: Person, now: datetime) -> None:
    """Take a word off the list; NotFound when somebody has done so meanwhile."""
    lock(word)
    record_change(
        ENTITY,
        word.id,
        old=word.action,
        new="removed",
        actor_id=actor.id,
        now=now,
        reason=word.word,
    )
    db.session.delete(word)
    db.session.flush()


def _as_present(present: BlockedWord, action: WordAction) -> BlockedWord:
    if present.action != action:
        raise Invalid("word", _("This word is on the list already: %(word)s.", word=present.word))
    return present
