from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    Expertise,
    Post,
    PostFile,
    Thread,
    ThreadKind,
)
from lms.boards.queries.boards import BoardHead, board_heads, head_of
from lms.boards.queries.reach import Reach
from lms.boards.services.posting import NewThread, answer, open_thread
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun
from lms.enrolment.rules import busan_day
from lms.lessons.models import IntakeState
from lms.media.storage import storage
from tests.factories import next_number, save
from tests.media.made_files import pdf


def board_of_site(kind: BoardKind = BoardKind.QUESTIONS) -> Board:
    """Return one of the boards every site has from its first day."""
    return db.session.scalars(select(Board).where(Board.kind == kind)).one()


def make_board(kind: BoardKind = BoardKind.QUESTIONS, **values: Any) -> Board:
    """Make a board: of a run, curriculum or city as `run_id`, `curriculum_id`, `city_id` say."""
    is_of_some = kind in {BoardKind.RUN, BoardKind.CURRICULUM, BoardKind.ALUMNI}
    readers = Audience.MEMBERS if is_of_some else Audience.SIGNED_IN
    defaults: dict[str, Any] = {
        "kind": kind,
        "readable_by": readers,
        "writable_by": readers,
        "created_at": clock.now(),
    }
    return save(Board(**{**defaults, **values}))


def make_run_board(run: CourseRun, **values: Any) -> Board:
    """Make the board of a run, as its approval does."""
    return make_board(BoardKind.RUN, run_id=run.id, **values)


def as_staff(board: Board) -> BoardHead:
    """Return a board as staff find it: nothing is held back on it."""
    reach = Reach(None, busan_day(clock.now()), is_staff=True)
    row = db.session.execute(board_heads(reach).where(Board.id == board.id)).one()
    return head_of(row, reach)


def make_thread(
    board: Board,
    author: Person,
    title: str = "How do you pay drivers of small buses?",
    body: str = "We would like to hear what other cities do.",
    *,
    language: str = "en",
    kind: ThreadKind = ThreadKind.QUESTION,
    now: datetime | None = None,
    is_held: bool = False,
    **of_thread: Any,
) -> Thread:
    """Begin a thread as its form does; it is seen at once unless it `is_held`."""
    new = NewThread(kind, Words(language, body, title), **of_thread)
    key = f"thread-{next_number()}"
    with unit_of_work():
        post = open_thread(
            as_staff(board), author, new, key=key, is_held=is_held, now=now or clock.now()
        )
        thread_id = post.thread_id
    return db.session.get_one(Thread, thread_id)


def make_answer(
    thread: Thread,
    author: Person,
    body: str = "By the kilometre, since 2007.",
    *,
    language: str = "en",
    now: datetime | None = None,
    is_held: bool = False,
    **of_post: Any,
) -> Post:
    """Answer in a thread as its form does."""
    board = as_staff(db.session.get_one(Board, thread.board_id))
    with unit_of_work():
        post = answer(
            board,
            db.session.get_one(Thread, thread.id),
            author,
            Words(language, body),
            key=f"answer-{next_number()}",
            is_held=is_held,
            now=now or clock.now(),
            **of_post,
        )
        post_id = post.id
    return db.session.get_one(Post, post_id)


def first_post(thread: Thread) -> Post:
    """Return the post a thread began with."""
    return db.session.scalars(
        select(Post).where(Post.thread_id == thread.id, Post.number == 1)
    ).one()


def make_expertise(person: Person, **values: Any) -> Expertise:
    """Let somebody show what they know."""
    defaults: dict[str, Any] = {
        "is_shown": True,
        "about": "I plan bus lanes.",
        "language": "en",
        "fields": [],
        "languages": ["en"],
        "changed_at": clock.now(),
    }
    return save(Expertise(person_id=person.id, **{**defaults, **values}))


def make_post_file(person: Person, **values: Any) -> PostFile:
    """Store a document as the job does that looks at it; `post_id` or `draft_id` say whose."""
    key = f"boards/te/{next_number()}.pdf"
    storage().put(key, pdf())
    defaults: dict[str, Any] = {"name": "plan.pdf", "state": IntakeState.READY}
    return save(
        PostFile(
            person_id=person.id,
            size=len(pdf()),
            mimetype="application/pdf",
            storage_key=key,
            created_at=clock.now(),
            **{**defaults, **values},
        )
    )
