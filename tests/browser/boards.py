"""What people on the site the pages are looked at have written on its boards."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    Post,
    PostState,
    TagKind,
    TextOrigin,
    Thread,
    ThreadKind,
)
from lms.boards.services import changing, marks, posting
from lms.boards.services.posting import NewThread
from lms.boards.services.words import Words, add_text
from lms.core.audit import record_change
from lms.core.db import db
from tests.factories.boards import as_staff

HOUR = timedelta(hours=1)
LONG = "Wie-lang-auch-immer-ein-Wort-ist-" * 8
QUESTION = Words(
    "vi",
    "Có **200 tuyến**.\nAi trả tiền?\n\n| Tuyến | Xe |\n|---|--:|\n| 1 | 2 |",
    "Làm thế nào để trả lương cho tài xế xe buýt nhỏ mà không khuyến khích họ chạy quá tốc độ?",
)
ANSWERS = (
    Words(
        "ko", "부산은 2007년부터 **운행 거리**에 따라 지급합니다.\n\n> 준공영제\n\n1. 하나\n2. 둘"
    ),
    Words("ar", "بالكيلومتر منذ عام 2007. هل يمكنكم إرسال العقد؟"),
    Words("en", f"By the day.\n\n```\n{LONG}\n```\n\n{LONG}"),
)
CASE = {
    "situation": "Three tickets for bus, ferry and metro.",
    "tried": "One card.",
    "result": "Half the queues.",
    "ask": "How did Busan share the income?",
}


def write_on_boards(_numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let a trainee ask where everybody reads, others answer, and moderators do what they do."""
    trainee, former, staff = (_known(name) for name in ("trainee", "former", "staff"))
    public = _board(BoardKind.GOOD_PRACTICE)
    asked = _begin(public, trainee, NewThread(ThreadKind.QUESTION, QUESTION, _TAGS), now - 9 * HOUR)
    thread = db.session.get_one(Thread, asked.thread_id)
    answers = [
        _answer(thread, who, said, now - (8 - number) * HOUR)
        for number, (who, said) in enumerate(zip((staff, former, trainee), ANSWERS, strict=True))
    ]
    hidden = _answer(thread, former, Words("en", "Ask Mrs Dorj of ward 3."), now - 3 * HOUR)
    _hide(hidden, thread, now)
    _answer(thread, trainee, Words("en", "Buy a bus."), now - 2 * HOUR, is_held=True)
    for number in range(24):
        _answer(thread, former, Words("en", f"More of it, {number}."), now - HOUR)
    changing.accept_answer(thread, answers[0].number, actor=trainee, now=now)
    changing.pin_thread(thread, is_pinned=True, actor=staff, now=now)
    marks.set_like(answers[0], trainee, likes=True, now=now)
    marks.set_bookmark(answers[0], trainee, keeps=True, now=now)
    _translate(asked, staff, now)
    _change(answers[2], trainee, now)
    told = Words("en", "", "One card for everything", CASE)
    for number in range(30):
        _begin(public, former, NewThread(ThreadKind.CASE, told), now - (10 + number) * HOUR)
    closed = Words("ko", "월요일에는 쉽니다.", "휴무 안내")
    notice = NewThread(ThreadKind.NOTICE, closed, expires_at=now + 100 * HOUR)
    noticed = _begin(_board(BoardKind.NOTICES), staff, notice, now)
    return {
        "public_board": public.id,
        "notices_board": _board(BoardKind.NOTICES).id,
        "empty_board": _board(BoardKind.IDEAS).id,
        "public_thread": thread.id,
        "changed_post": answers[2].id,
        "translated_post": asked.id,
        "board_notice": noticed.thread_id,
        **_in_the_run(_numbers["run"], trainee, now),
    }


_TAGS = frozenset({(TagKind.SDG, "11.2"), (TagKind.SDG, "9"), (TagKind.FIELD, "CTY")})


def _in_the_run(run_id: int, trainee: Person, now: datetime) -> dict[str, Any]:
    board = Board(
        kind=BoardKind.RUN,
        run_id=run_id,
        readable_by=Audience.MEMBERS,
        writable_by=Audience.MEMBERS,
        created_at=now,
    )
    db.session.add(board)
    db.session.flush()
    asked = Words("en", "Nobody has told us.", "When is the first session?")
    first = _begin(board, trainee, NewThread(ThreadKind.QUESTION, asked), now)
    return {"run_board": board.id, "run_thread": first.thread_id}


def _known(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{name}@pages.example")).one()


def _board(kind: BoardKind) -> Board:
    return db.session.scalars(select(Board).where(Board.kind == kind)).one()


def _begin(board: Board, author: Person, new: NewThread, now: datetime) -> Post:
    key = f"browser-thread-{board.id}-{now.timestamp()}"
    return posting.open_thread(as_staff(board), author, new, key=key, is_held=False, now=now)


def _answer(
    thread: Thread, author: Person, words: Words, now: datetime, *, is_held: bool = False
) -> Post:
    board = as_staff(db.session.get_one(Board, thread.board_id))
    key = f"browser-answer-{thread.id}-{thread.posts_count}"
    return posting.answer(
        board, thread, author, words, key=key, is_held=is_held, now=now, reply_to=1
    )


def _hide(post: Post, thread: Thread, now: datetime) -> None:
    record_change(
        "post",
        post.id,
        old=post.state,
        new=PostState.HIDDEN,
        actor_id=None,
        now=now,
        reason="patient",
    )
    changing.take_from_sight(post, thread, PostState.HIDDEN)


def _translate(post: Post, translator: Person, now: datetime) -> None:
    words = Words("ko", "소형버스 노선이 **200개** 있습니다. 누가 지급하나요?", "기사 급여는?")
    add_text(
        post,
        words,
        origin=TextOrigin.PERSON,
        by_id=translator.id,
        is_original=False,
        now=now,
    )


def _change(post: Post, author: Person, now: datetime) -> None:
    words = Words("en", f"By the week, not by the day.\n\n{LONG}")
    changing.edit_post(post, words, revision=1, editor=author, now=now)
