"""What people on the site the pages are looked at know, and what of their posts goes on."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import Audience, Board, BoardKind, Thread, ThreadKind
from lms.boards.services import posting
from lms.boards.services.contributions import count_post, set_task
from lms.boards.services.expertise import save_expertise
from lms.boards.services.posting import NewThread
from lms.boards.services.words import Words
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Module
from lms.enrolment.models import CourseRun, Enrolment
from lms.lessons.models import Lesson, LessonKind
from tests.factories.boards import as_staff

LONG = "Wie-lang-auch-immer-ein-Wort-ist-" * 6
ABOUT = f"Tôi làm về xe buýt nhỏ ở thành phố.\n\n{LONG}"
POSTING = 30  # of the crowd


def show_what_they_know(numbers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Let some show what they know, and a crowd take part in a thread that is a session's task."""
    experts = [_known(name) for name in ("trainee", "former", "instructor")]
    for person in experts:
        content = {
            "is_shown": True,
            "about": ABOUT,
            "language": "vi",
            "fields": ["TRN", "CTY"],
            "languages": ["vi", "en", "ko"],
        }
        save_expertise(person, content, revision=0, now=now)
    return {"expert": experts[0].id, **_task(numbers["crowded_run"], experts[2], now)}


def _task(run_id: int, teacher: Person, now: datetime) -> dict[str, Any]:
    run = db.session.get_one(CourseRun, run_id)
    lesson = _discussion(run)
    board = _board(run_id, now)
    new = NewThread(
        ThreadKind.DISCUSSION, Words("en", "Tell us in a few sentences.", "What would you do?")
    )
    begun = posting.open_thread(
        as_staff(board), teacher, new, key="browser-task-thread", is_held=False, now=now
    )
    thread = db.session.get_one(Thread, begun.thread_id)
    set_task(thread, lesson.id, run_id=run_id, actor=teacher, now=now)
    crowd = select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    people = db.session.scalars(
        crowd.where(Enrolment.run_id == run_id).order_by(Person.id).limit(POSTING)
    ).all()
    posts = [
        posting.answer(
            as_staff(board),
            thread,
            person,
            Words("en", f"**Buy** a bus, number {number}. {LONG}"),
            key=f"browser-task-{number}",
            is_held=False,
            now=now,
            may_be_reused=number == 0,
        )
        for number, person in enumerate(people)
    ]
    count_post(posts[0], thread=thread, run_id=run_id, actor=teacher, now=now)
    enrolment = select(Enrolment.id).where(Enrolment.person_id == people[0].id)
    return {
        "task_thread": thread.id,
        "reusable_post": posts[0].id,
        "unasked_post": posts[1].id,
        "contributor": db.session.scalars(enrolment.where(Enrolment.run_id == run_id)).one(),
    }


def _discussion(run: CourseRun) -> Lesson:
    modules = select(Module.id).where(Module.version_id == run.course_version_id)
    lesson = Lesson(
        module_id=db.session.scalars(modules.order_by(Module.position).limit(1)).one(),
        position=50,
        kind=LessonKind.DISCUSSION,
        title=TextInLanguages("ko", {"ko": "우리 도시라면", "en": "What if it were our city"}),
        recognised_minutes=60,
    )
    db.session.add(lesson)
    db.session.flush()
    return lesson


def _board(run_id: int, now: datetime) -> Board:
    board = db.session.scalar(select(Board).where(Board.run_id == run_id))
    if board is None:
        board = Board(
            kind=BoardKind.RUN,
            run_id=run_id,
            readable_by=Audience.MEMBERS,
            writable_by=Audience.MEMBERS,
            created_at=now,
        )
        db.session.add(board)
        db.session.flush()
    return board


def _known(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{name}@pages.example")).one()
