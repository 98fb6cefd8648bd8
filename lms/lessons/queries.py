"""Reads over lessons. Lists are plain rows; the right choice of a question is never among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Module
from lms.lessons.models import (
    CheckQuestion,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Rendition,
)


@dataclass(frozen=True)
class LessonRow:
    """A lesson as a line of an outline. Its module's title stands in `module_title`."""

    id: int
    module_id: int
    module_position: int
    module_title: TextInLanguages
    position: int
    kind: LessonKind
    title: TextInLanguages
    recognised_minutes: int
    duration_seconds: int
    has_question: bool

    @property
    def counts_for_hours(self) -> bool:
        """Tell whether completing the lesson earns recognised minutes."""
        return self.recognised_minutes > 0


@dataclass(frozen=True)
class MediaRow:
    """One stored rendition of a lesson."""

    rendition: Rendition
    storage_key: str
    mimetype: str
    size: int


@dataclass(frozen=True)
class QuestionRow:
    """A check question without its answer."""

    prompt: TextInLanguages
    choices: Sequence[TextInLanguages]


@dataclass(frozen=True)
class LessonContent:
    """Everything the page of one lesson shows."""

    id: int
    course_id: int
    module_id: int
    kind: LessonKind
    title: TextInLanguages
    body: TextInLanguages | None
    recognised_minutes: int
    duration_seconds: int
    question: QuestionRow | None
    media: Mapping[Rendition, MediaRow]
    caption_languages: Sequence[str]


def lessons_of_course(course_id: int) -> list[LessonRow]:
    """Return the lessons of a course in the order of study, in one statement."""
    rows = db.session.execute(
        select(
            Lesson.id,
            Lesson.module_id,
            Module.position,
            Module.title,
            Lesson.position,
            Lesson.kind,
            Lesson.title,
            Lesson.recognised_minutes,
            Lesson.duration_seconds,
            CheckQuestion.lesson_id.is_not(None),
        )
        .join(Module, Module.id == Lesson.module_id)
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .where(Module.course_id == course_id)
        .order_by(Module.position, Lesson.position)
    )
    return [
        LessonRow(id_, module, at, heading, position, LessonKind(kind), *rest)
        for id_, module, at, heading, position, kind, *rest in rows
    ]


def lesson_in_course(lesson_id: int, course_id: int) -> Lesson | None:
    """Return a lesson with its check question, if it belongs to the course."""
    return db.session.scalar(
        select(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .options(joinedload(Lesson.question))
        .where(Lesson.id == lesson_id, Module.course_id == course_id)
    )


def lesson_content(lesson_id: int) -> LessonContent | None:
    """Return what the page of a lesson shows, in three statements; captions by name only."""
    found = db.session.execute(
        select(Lesson, Module.course_id)
        .join(Module, Module.id == Lesson.module_id)
        .options(joinedload(Lesson.question))
        .where(Lesson.id == lesson_id)
    ).one_or_none()
    if found is None:
        return None
    lesson, course_id = found
    question = lesson.question
    return LessonContent(
        id=lesson.id,
        course_id=course_id,
        module_id=lesson.module_id,
        kind=LessonKind(lesson.kind),
        title=lesson.title,
        body=lesson.body,
        recognised_minutes=lesson.recognised_minutes,
        duration_seconds=lesson.duration_seconds,
        question=QuestionRow(question.prompt, question.choices) if question else None,
        media=media_of_lesson(lesson_id),
        caption_languages=caption_languages(lesson_id),
    )


def media_of_lesson(lesson_id: int) -> dict[Rendition, MediaRow]:
    """Return the stored renditions of a lesson."""
    rows = db.session.execute(
        select(
            LessonMedia.rendition, LessonMedia.storage_key, LessonMedia.mimetype, LessonMedia.size
        ).where(LessonMedia.lesson_id == lesson_id)
    )
    return {
        Rendition(rendition): MediaRow(Rendition(rendition), key, mimetype, size)
        for rendition, key, mimetype, size in rows
    }


def caption_languages(lesson_id: int) -> list[str]:
    """Return the languages a lesson has captions in, sorted."""
    return list(
        db.session.scalars(
            select(LessonCaption.language)
            .where(LessonCaption.lesson_id == lesson_id)
            .order_by(LessonCaption.language)
        )
    )


def caption(lesson_id: int, language: str) -> str | None:
    """Return the WebVTT of one caption; the transcript is made from it too."""
    return db.session.scalar(
        select(LessonCaption.webvtt).where(
            LessonCaption.lesson_id == lesson_id, LessonCaption.language == language
        )
    )


def has_lesson_that_counts(course_id: int) -> bool:
    """Tell whether any lesson of the course earns recognised minutes."""
    return bool(
        db.session.scalar(
            select(Lesson.id)
            .join(Module, Module.id == Lesson.module_id)
            .where(Module.course_id == course_id, Lesson.recognised_minutes > 0)
            .limit(1)
        )
    )


def course_ids_with_lessons() -> Select[int]:
    """Return a select of the ids of courses that have lessons, for use inside other reads."""
    return select(Module.course_id).join(Lesson, Lesson.module_id == Module.id).distinct()


def next_position(module_id: int) -> int:
    """Return the place after the last lesson of a module."""
    last = db.session.scalar(select(func.max(Lesson.position)).where(Lesson.module_id == module_id))
    return (last or 0) + 1
