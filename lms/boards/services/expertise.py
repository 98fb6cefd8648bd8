"""What people say they know, changed by themselves alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards.models import Expertise
from lms.boards.services.judging import check_listed_words, check_resident_numbers
from lms.boards.services.words import Words
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.revisions import change_row

ENTITY = "expertise"


def save_expertise(
    person: Person, content: Mapping[str, Any], *, revision: int, now: datetime
) -> tuple[bool, int]:
    """Keep what somebody says of themselves; tell whether it could be, and the revision there is.

    It could not when they have changed it elsewhere since `revision`. That it is shown to others,
    or no longer, stands in the history. Raises Invalid on `about` for what may not be said there.
    """
    _check_about(person, content, now)
    row = lock(_own_row(person.id, now))
    was_shown, last = row.is_shown, row.revision
    is_saved = change_row(row, content, revision=revision)
    if row.revision != last:
        row.changed_at = now
    if row.is_shown != was_shown:
        record_change(
            ENTITY,
            person.id,
            old="shown" if was_shown else "hidden",
            new="shown" if row.is_shown else "hidden",
            actor_id=person.id,
            now=now,
        )
    db.session.flush()
    return is_saved, row.revision


def _check_about(person: Person, content: Mapping[str, Any], now: datetime) -> None:
    words = Words(content["language"], content["about"])
    check_resident_numbers(words, field="about")
    if content["is_shown"]:  # a page can be hidden at any time, whatever was listed since
        check_listed_words(person, words, field="about", now=now)


def _own_row(person_id: int, now: datetime) -> Expertise:
    row = db.session.get(Expertise, person_id)
    if row is not None:
        return row
    try:
        with db.session.begin_nested():
            # Nothing is said yet: the first change makes it the first revision.
            db.session.add(Expertise(person_id=person_id, revision=0, changed_at=now))
    except IntegrityError:
        pass  # the same form, sent twice at once
    return db.session.get_one(Expertise, person_id)
