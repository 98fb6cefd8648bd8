"""What waits for moderators on the site the pages are looked at, and what its authors are told."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import Board, BoardKind, Post, ReportReason, Thread, ThreadKind, WordAction
from lms.boards.queries.moderation import last_change
from lms.boards.rules.moderation import Hiding, Seen
from lms.boards.services import moderation, posting
from lms.boards.services.blocked_words import add_word
from lms.boards.services.posting import NewThread
from lms.boards.services.words import Words
from lms.core.db import db
from tests.factories.boards import as_staff

LONG = "Wie-lang-auch-immer-ein-Wort-ist-" * 8
LATE = timedelta(days=9)


def moderate_posts(_numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let posts be held, reported, hidden and appealed for, and staff keep a list of words."""
    trainee, former, newcomer, staff, other = (
        _known(name) for name in ("trainee", "former", "newcomer", "staff", "instructor")
    )
    board = db.session.scalars(select(Board).where(Board.kind == BoardKind.MATERIALS)).one()
    asked = Words("ko", "설명서를 나눕니다.", f"버스 운행 설명서 {LONG}"[:150])
    first = posting.open_thread(
        as_staff(board),
        former,
        NewThread(ThreadKind.DISCUSSION, asked),
        key="browser-moderated",
        is_held=False,
        now=now - LATE,
    )
    thread = db.session.get_one(Thread, first.thread_id)
    held, reported, hidden, appealed = (
        _answer(thread, trainee, body, now - LATE + timedelta(hours=number), is_held=number == 0)
        for number, body in enumerate(("Buy here.", f"{LONG}\n\n> {LONG}", "Ask Mrs D.", "Mine."))
    )
    for person in (former, newcomer):
        moderation.report_post(
            reported, person, reason=ReportReason.INSULT, words=LONG, now=now - LATE
        )
    for post, moderator in ((hidden, staff), (appealed, other)):
        moderation.hide_post(
            post,
            Hiding(ReportReason.PATIENT, f"Names her ward. {LONG}"),
            moderator=moderator,
            seen=Seen(last_change(post.id).id, post.revision),
            now=now,
        )
    moderation.appeal_hiding(appealed, f"It is my own ward. {LONG}", author=trainee, now=now)
    add_word("casino", WordAction.HOLD, actor=staff, now=now)
    add_word(LONG[:60], WordAction.REFUSE, actor=staff, now=now)
    return {
        "held_post": held.id,
        "reported_post": reported.id,
        "hidden_post": hidden.id,
        "appealed_post": appealed.id,
        "plain_post": first.id,
    }


def _known(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{name}@pages.example")).one()


def _answer(thread: Thread, author: Person, body: str, now: datetime, *, is_held: bool) -> Post:
    board = as_staff(db.session.get_one(Board, thread.board_id))
    return posting.answer(
        board,
        thread,
        author,
        Words("en", body),
        key=f"browser-moderated-{thread.posts_count}",
        is_held=is_held,
        now=now,
    )
