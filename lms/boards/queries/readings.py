"""Reads for posts that become part of a course: their words, and the drafts to put them in."""

from dataclasses import dataclass

from sqlalchemy import select

from lms.accounts.models import Person
from lms.boards.models import Post, PostReading, TextOrigin
from lms.boards.queries.thread_page import TextLine, texts_of
from lms.boards.rules.readings import languages_for
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import CourseTeacher, CourseVersion, Module, PublicationState
from lms.lessons.models import Lesson, LessonKind
from lms.organisations.models import Affiliation, City


@dataclass(frozen=True)
class Author:
    """Who wrote a post, as the credit names them."""

    person: Person
    city: TextInLanguages | None


def author_of(post: Post) -> Author:
    """Return who wrote a post, with their city, in one statement."""
    row = db.session.execute(
        select(Person, City.name)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(City, City.id == Affiliation.city_id)
        .where(Person.id == post.author_id)
    ).one()
    return Author(row[0], row[1])


def words_of(post: Post) -> dict[str, TextLine]:
    """Return the words of a post that can be taken over, by language, the original first.

    Left out is what a machine made and nobody has read, and translations of an older state.
    """
    return {
        text.language: text
        for text in texts_of([post.id]).get(post.id, [])
        if text.origin != TextOrigin.MACHINE
        and (text.is_original or text.of_revision >= post.revision)
    }


@dataclass(frozen=True)
class ReadingPlace:
    """A session of a draft that can take the words of a post, and in which languages."""

    lesson_id: int
    number: str
    title: TextInLanguages
    kind: LessonKind
    languages: tuple[str, ...]
    is_used: bool


def reading_places(course_id: int, post_id: int, languages: list[str]) -> list[ReadingPlace]:
    """Return the sessions of a course's draft that can take a post in these languages."""
    used = select(PostReading.lesson_id).where(PostReading.post_id == post_id)
    rows = db.session.execute(
        select(
            Lesson.id,
            Module.position,
            Lesson.position,
            Lesson.title,
            Lesson.kind,
            Lesson.body,
            Lesson.id.in_(used),
        )
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .where(CourseVersion.course_id == course_id)
        .where(CourseVersion.state == PublicationState.DRAFT)
        .order_by(Module.position, Lesson.position)
    )
    found = []
    for id_, module, place, title, kind, body, is_used in rows:
        taken = languages_for(languages, body.texts if body else (), LessonKind(kind))
        if taken:
            number = f"{module}.{place}"
            found.append(ReadingPlace(id_, number, title, LessonKind(kind), taken, bool(is_used)))
    return found


def reading_of(post_id: int, lesson_id: int) -> PostReading | None:
    """Return the note that a post is part of a session's text."""
    return db.session.scalar(
        select(PostReading).where(
            PostReading.post_id == post_id, PostReading.lesson_id == lesson_id
        )
    )


def teaches_any_course(person_id: int) -> bool:
    """Tell whether somebody belongs to the teaching staff of any course."""
    found = select(CourseTeacher.course_id).where(CourseTeacher.person_id == person_id)
    return db.session.scalars(found.limit(1)).first() is not None
