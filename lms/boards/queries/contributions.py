"""Reads over threads that are the task of a session: which one, and who has posted what there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from lms.accounts.models import Person
from lms.boards.models import CASE_PARTS, Contribution, Post, PostState, PostText, Thread
from lms.boards.rules.excerpts import without_marks
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Module
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import Lesson, LessonKind

MOST_PEOPLE = 200  # runs have 6 to 25 (DOMAIN 0.3)
POSTS_OF_EACH = 5
BEGINNING = 160  # how much is shown of a post, in characters


# --- the session -----------------------------------------------------------------------


@dataclass(frozen=True)
class TaskLesson:
    """A discussion of a run's course, whose task can be to take part in a thread."""

    id: int
    number: str
    title: TextInLanguages
    recognised_minutes: int


def _discussions() -> Select[*tuple[Any, ...]]:
    return (
        select(Lesson.id, Module.position, Lesson.position, Lesson.title, Lesson.recognised_minutes)
        .join(Module, Module.id == Lesson.module_id)
        .where(Lesson.kind == LessonKind.DISCUSSION, Lesson.recognised_minutes > 0)
        .order_by(Module.position, Lesson.position)
    )


def _lesson(row: Sequence[Any]) -> TaskLesson:
    id_, module, place, title, minutes = row
    return TaskLesson(id_, f"{module}.{place}", title, minutes)


def discussions_of_run(run_id: int) -> list[TaskLesson]:
    """Return the discussions of a run's course that earn hours, in the order of study."""
    version = select(CourseRun.course_version_id).where(CourseRun.id == run_id)
    statement = _discussions().where(Module.version_id == version.scalar_subquery())
    return [_lesson(row) for row in db.session.execute(statement)]


def task_of(thread: Thread) -> TaskLesson | None:
    """Return the session whose task it is to take part in a thread."""
    if thread.task_lesson_id is None:
        return None
    row = db.session.execute(_discussions().where(Lesson.id == thread.task_lesson_id)).one_or_none()
    return None if row is None else _lesson(row)


# --- what counts -----------------------------------------------------------------------


def has_contributions(thread_id: int) -> bool:
    """Tell whether a post of a thread counts for anybody."""
    found = (
        select(Contribution.id)
        .join(Post, Post.id == Contribution.post_id)
        .where(Post.thread_id == thread_id)
    )
    return db.session.scalars(found).first() is not None


def contribution_of(enrolment_id: int, lesson_id: int) -> Contribution | None:
    """Return what counts as the task of a session for somebody."""
    return db.session.scalar(
        select(Contribution).where(
            Contribution.enrolment_id == enrolment_id, Contribution.lesson_id == lesson_id
        )
    )


@dataclass(frozen=True)
class ContributedPost:
    """A post as the list of contributions shows it: where it stands, and how it begins."""

    id: int
    number: int
    published_at: datetime
    language: str
    beginning: str


@dataclass(frozen=True)
class Counted:
    """The post that counts for somebody, in whatever state it is by now, and who said so."""

    post_id: int
    thread_id: int
    number: int
    state: PostState
    by: str
    at: datetime


@dataclass(frozen=True)
class Contributor:
    """Somebody of the run with what they have posted in a thread, the newest first."""

    enrolment_id: int
    person_id: int
    full_name: str
    counted: Counted | None
    posts: Sequence[ContributedPost]
    posts_total: int


def contributors(thread: Thread, run_id: int, lesson_id: int) -> list[Contributor]:
    """Return the people of a run by name with their posts in a thread, in two statements."""
    people = _people(run_id, lesson_id)
    posts = _posts(thread.id, run_id)
    found = []
    for enrolment_id, person_id, full_name, *counted in people:
        total, own = posts.get(person_id, (0, []))
        what = Counted(*counted) if counted[0] is not None else None
        found.append(Contributor(enrolment_id, person_id, full_name, what, own, total))
    return found


def _people(run_id: int, lesson_id: int) -> Sequence[Any]:
    decider = aliased(Person)
    mine = and_(Contribution.enrolment_id == Enrolment.id, Contribution.lesson_id == lesson_id)
    return db.session.execute(
        select(
            Enrolment.id,
            Person.id,
            Person.full_name,
            Contribution.post_id,
            Post.thread_id,
            Post.number,
            Post.state,
            decider.full_name,
            Contribution.at,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Contribution, mine)
        .outerjoin(Post, Post.id == Contribution.post_id)
        .outerjoin(decider, decider.id == Contribution.by_id)
        .where(Enrolment.run_id == run_id)
        .where(or_(Enrolment.state.in_(ACTIVE_STATES), Contribution.id.is_not(None)))
        .order_by(Person.full_name, Person.id)
        .limit(MOST_PEOPLE)
    ).all()


def _posts(thread_id: int, run_id: int) -> Mapping[int, tuple[int, list[ContributedPost]]]:
    """Return by author how many posts others see in a thread, and the newest few of them."""
    newest = func.row_number().over(partition_by=Post.author_id, order_by=Post.number.desc())
    ranked = (
        select(
            Post.id,
            newest.label("place"),
            func.count().over(partition_by=Post.author_id).label("total"),
        )
        .where(Post.thread_id == thread_id, Post.state == PostState.PUBLISHED)
        .where(Post.author_id.in_(select(Enrolment.person_id).where(Enrolment.run_id == run_id)))
        .subquery()
    )
    rows = db.session.execute(
        select(
            Post.author_id,
            ranked.c.total,
            Post.id,
            Post.number,
            Post.published_at,
            PostText.language,
            PostText.body,
            PostText.parts,
        )
        .join(ranked, ranked.c.id == Post.id)
        .join(PostText, and_(PostText.post_id == Post.id, PostText.is_original))
        .where(ranked.c.place <= POSTS_OF_EACH)
        .order_by(Post.author_id, Post.number.desc())
    )
    found: dict[int, tuple[int, list[ContributedPost]]] = {}
    for author_id, total, id_, number, at, language, body, parts in rows:
        own = found.setdefault(author_id, (total, []))[1]
        own.append(ContributedPost(id_, number, at, language, _beginning(body, parts)))
    return found


def _beginning(body: str, parts: Mapping[str, str] | None) -> str:
    said = [(parts or {}).get(name, "") for name in CASE_PARTS]
    words = without_marks("\n\n".join(part for part in [*said, body] if part)[: 4 * BEGINNING])
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING].rstrip()}…"


def enrolment_in_run(enrolment_id: int, run_id: int) -> Enrolment | None:
    """Return an enrolment in a run, with the run, its course and the person."""
    return db.session.scalar(
        select(Enrolment)
        .join(Enrolment.run)
        .join(CourseRun.course)
        .join(Enrolment.person)
        .options(
            contains_eager(Enrolment.run).contains_eager(CourseRun.course),
            contains_eager(Enrolment.person),
        )
        .where(Enrolment.id == enrolment_id, Enrolment.run_id == run_id)
    )
