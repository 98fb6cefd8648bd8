"""Questions nobody has answered are told to those responsible, once."""

from datetime import datetime

from lms.boards.models import Board, Thread
from lms.boards.queries.boards import board_head
from lms.boards.queries.escalation import responsible_for, still_waits
from lms.boards.queries.expertise import titles_in_languages
from lms.boards.queries.reach import Reach
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.enrolment.rules import busan_day
from lms.notifications.models import Link
from lms.notifications.services import notify_all


def escalate(thread_id: int, *, now: datetime) -> bool:
    """Tell those responsible of a question that has waited long enough; False when it does not.

    It is told once: whoever comes second finds that it was. Where nobody is left to be told, it
    waits on.
    """
    thread = db.session.get(Thread, thread_id)
    if thread is None:
        return False
    lock(thread)
    board = db.session.get_one(Board, thread.board_id)
    people = responsible_for(board, thread)
    if not people or not still_waits(thread.id, now):
        return False
    thread.escalated_at = now
    record_change("thread", thread.id, old="", new="escalated", actor_id=None, now=now)
    db.session.flush()
    head = board_head(board.id, Reach(None, busan_day(now), is_staff=True))
    notify_all(
        people,
        "boards.unanswered",
        context={"title": titles_in_languages([thread.id])[thread.id], "thread_id": thread.id},
        link=Link("boards.show_thread", {"thread_id": thread.id}),
        group=head.group if head is not None else "",
        key=f"boards.unanswered:{thread.id}",
        now=now,
    )
    return True
