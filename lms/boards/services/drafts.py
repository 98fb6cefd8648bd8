"""What somebody is writing: saved while they type, gone once it is posted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards import queries
from lms.boards.models import Draft, ThreadKind
from lms.boards.services.files import remove_files_of_draft
from lms.core.db import db, lock

KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Written:
    """What a form holds; `content` its other fields as they were sent."""

    kind: ThreadKind
    title: str
    body: str
    content: Mapping[str, Any]


def save_draft(
    person: Person,
    key: str,
    *,
    board_id: int,
    thread_id: int | None,
    written: Written,
    now: datetime,
) -> Draft | None:
    """Save what a form holds; None when it has been posted already, and nothing is saved.

    The last save wins: a draft is one person's in one form.
    """
    draft = draft_of_form(
        person, key, board_id=board_id, thread_id=thread_id, kind=written.kind, now=now
    )
    if draft is None:
        return None
    lock(draft)
    draft.kind = written.kind
    draft.title = written.title
    draft.body = written.body
    draft.content = dict(written.content)
    draft.revision += 1
    draft.saved_at = now
    db.session.flush()
    return draft


def draft_of_form(
    person: Person,
    key: str,
    *,
    board_id: int,
    thread_id: int | None,
    kind: ThreadKind,
    now: datetime,
) -> Draft | None:
    """Return what is kept of a form, empty when nothing is yet; None when it has been posted."""
    lock(person)  # the form may be posted at this moment, which would leave a draft of the post
    if queries.post_with_key(person.id, key) is not None:
        return None
    draft = queries.draft_with_key(person.id, key)
    if draft is not None:
        return draft
    return _begin(
        Draft(
            person_id=person.id,
            key=key,
            board_id=board_id,
            thread_id=thread_id,
            kind=kind,
            content={},
            revision=0,
            saved_at=now,
        )
    )


def _begin(draft: Draft) -> Draft:
    """Add a draft; return the one that another save of the same form has added meanwhile."""
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        present = queries.draft_with_key(draft.person_id, draft.key)
        if present is None:
            raise
        return present
    return draft


def discard_draft(draft: Draft) -> None:
    """Throw away what somebody was writing, with the files that went with it."""
    remove_files_of_draft(draft)
    db.session.delete(draft)
    db.session.flush()


def purge_drafts(now: datetime) -> int:
    """Throw away what nobody has touched for half a year; return how many."""
    old = db.session.scalars(select(Draft).where(Draft.saved_at < now - KEPT)).all()
    for draft in old:
        discard_draft(draft)
    return len(old)
