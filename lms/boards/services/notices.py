"""Notices: for whom they are, and how long."""

from datetime import datetime

from lms.accounts.models import Person
from lms.boards.models import NoticeAudience, Thread
from lms.boards.queries import post_numbered
from lms.core.audit import record_change
from lms.core.db import lock
from lms.core.revisions import change_row
from lms.jobs.queue import enqueue


def change_notice(
    thread: Thread,
    audience: NoticeAudience,
    expires_at: datetime | None,
    *,
    revision: int,
    actor: Person,
    now: datetime,
) -> bool:
    """Say anew whom a notice is for and until when; False when somebody else was quicker.

    From then on it is shown to these alone. Those it has not reached before are told of it; who
    was told of it is not told again.
    """
    lock(thread)
    before, count = _in_words(thread), thread.revision
    content = {"audience": audience, "expires_at": expires_at}
    is_saved = change_row(thread, content, revision=revision)
    if thread.revision == count:
        return is_saved
    record_change(
        "thread", thread.id, old=before, new=_in_words(thread), actor_id=actor.id, now=now
    )
    first = post_numbered(thread.id, 1)
    if first is not None:
        enqueue("boards.tell_of_post", post_id=first.id)
    return True


def _in_words(thread: Thread) -> str:
    until = f" until {thread.expires_at:%Y-%m-%d}" if thread.expires_at else ""
    return f"for {thread.audience}{until}"
