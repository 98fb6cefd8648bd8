"""Reads over lessons: as lines of an outline, and what the page of one shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.core.db import db, execute
from lms.core.kept import Kept
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseTeacher, CourseVersion, Module, PublicationState
from lms.lessons.models import (
    CheckQuestion,
    Intake,
    IntakeState,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Material,
    Rendition,
)
from lms.lessons.queries.materials import MaterialRow, materials_of_lesson
from lms.media.models import Upload


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
class Question:
    """A check question with its answer, which its page keeps to itself until it was found."""

    prompt: TextInLanguages
    choices: Sequence[TextInLanguages]
    correct_choice: int
    explanation: TextInLanguages


@dataclass(frozen=True)
class LessonContent:
    """What the page of a lesson shows to everybody who studies it."""

    body: TextInLanguages | None
    question: Question | None
    media: Mapping[Rendition, MediaRow]
    captions: Mapping[str, str]
    materials: Sequence[MaterialRow]  # whatever their states: who sees one depends on the moment


NOT_KEPT = 0  # as a version of the catalogue: read anew, for a draft changes without raising it

# The same for everybody, so each is read once while the catalogue stays as it is.
_outlines: Kept[Sequence[LessonRow]] = Kept(256)
_contents: Kept[LessonContent] = Kept(512)


def outline_of_version(version_id: int, catalogue_version: int) -> Sequence[LessonRow]:
    """Return the lessons of a version in the order of study, kept while nothing changes."""
    if catalogue_version == NOT_KEPT:
        return lessons_of_version(version_id)
    key = (version_id, catalogue_version)
    return _outlines.get(key) or _outlines.keep(key, lessons_of_version(version_id))


def content_of_lesson(lesson_id: int, catalogue_version: int) -> LessonContent:
    """Return what the page of a lesson shows, kept while nothing changes."""
    if catalogue_version == NOT_KEPT:
        return lesson_content(lesson_id)
    key = (lesson_id, catalogue_version)
    return _contents.get(key) or _contents.keep(key, lesson_content(lesson_id))


def lessons_of_version(version_id: int) -> list[LessonRow]:
    """Return the lessons of a version of a course in the order of study, in one statement."""
    rows = execute(
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
        .where(Module.version_id == version_id)
        .order_by(Module.position, Lesson.position)
    )
    return [
        LessonRow(id_, module, at, heading, position, LessonKind(kind), *rest)
        for id_, module, at, heading, position, kind, *rest in rows
    ]


def lesson_content(lesson_id: int) -> LessonContent:
    """Return what the page of a lesson shows, in four statements."""
    body, prompt, choices, correct_choice, explanation = execute(
        select(
            Lesson.body,
            CheckQuestion.prompt,
            CheckQuestion.stored_choices,
            CheckQuestion.correct_choice,
            CheckQuestion.explanation,
        )
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .where(Lesson.id == lesson_id)
    ).one()
    question = None
    if prompt is not None:
        read = [TextInLanguages.from_json(choice) for choice in choices]
        question = Question(prompt, read, correct_choice, explanation)
    return LessonContent(
        body,
        question,
        media_of_lesson(lesson_id),
        captions_of_lesson(lesson_id),
        materials_of_lesson(lesson_id),
    )


def media_of_lesson(lesson_id: int) -> dict[Rendition, MediaRow]:
    """Return the stored renditions of a lesson."""
    rows = execute(
        select(
            LessonMedia.rendition, LessonMedia.storage_key, LessonMedia.mimetype, LessonMedia.size
        ).where(LessonMedia.lesson_id == lesson_id)
    )
    return {
        Rendition(rendition): MediaRow(Rendition(rendition), key, mimetype, size)
        for rendition, key, mimetype, size in rows
    }


def captions_of_lesson(lesson_id: int) -> dict[str, str]:
    """Return the captions of a lesson as WebVTT by language, sorted."""
    rows = execute(
        select(LessonCaption.language, LessonCaption.webvtt)
        .where(LessonCaption.lesson_id == lesson_id)
        .order_by(LessonCaption.language)
    )
    return {row.language: row.webvtt for row in rows}


def caption(lesson_id: int, language: str) -> str | None:
    """Return the WebVTT of one caption; the transcript is made from it too."""
    return db.session.scalar(
        select(LessonCaption.webvtt).where(
            LessonCaption.lesson_id == lesson_id, LessonCaption.language == language
        )
    )


def has_lesson_that_counts(version_id: int) -> bool:
    """Tell whether any lesson of the version earns recognised minutes."""
    return bool(
        db.session.scalar(
            select(Lesson.id)
            .join(Module, Module.id == Lesson.module_id)
            .where(Module.version_id == version_id, Lesson.recognised_minutes > 0)
            .limit(1)
        )
    )


def course_ids_with_lessons() -> Select[int]:
    """Return a select of the ids of courses on offer that have lessons, for use in other reads."""
    return (
        select(CourseVersion.course_id)
        .join(Module, Module.version_id == CourseVersion.id)
        .join(Lesson, Lesson.module_id == Module.id)
        .where(CourseVersion.state == PublicationState.PUBLISHED)
        .distinct()
    )


def next_position(module_id: int) -> int:
    """Return the place after the last lesson of a module."""
    last = db.session.scalar(select(func.max(Lesson.position)).where(Lesson.module_id == module_id))
    return (last or 0) + 1


# --- for those who make lessons --------------------------------------------------------


@dataclass(frozen=True)
class EditedLesson:
    """A session with all it hangs on, and the question asked after it."""

    lesson: Lesson
    module: Module
    version: CourseVersion
    course: Course
    question: CheckQuestion | None = None


def edited_lesson(lesson_id: int) -> EditedLesson | None:
    """Return a session with its module, version and course, in one statement."""
    row = db.session.execute(
        select(Lesson, Module, CourseVersion, Course, CheckQuestion)
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .where(Lesson.id == lesson_id)
    ).one_or_none()
    return None if row is None else EditedLesson(*row)


def material_with_files(material_id: int) -> Material | None:
    """Return a material with its files, in one statement."""
    return (
        db.session.scalars(
            select(Material).where(Material.id == material_id).options(joinedload(Material.files))
        )
        .unique()
        .one_or_none()
    )


def intake_of_upload(token: str) -> Intake | None:
    """Return the intake an upload belongs to, with the upload, in one statement."""
    return db.session.scalar(
        select(Intake)
        .join(Intake.upload)
        .options(contains_eager(Intake.upload))
        .where(Upload.token == token)
    )


def intake_with_upload(intake_id: int) -> Intake | None:
    """Return an intake with its upload, if that is still there, in one statement."""
    return db.session.scalar(
        select(Intake).where(Intake.id == intake_id).options(joinedload(Intake.upload))
    )


def intakes_of(lesson_id: int) -> Sequence[Intake]:
    """Return the files of a session that are on their way in, or were refused; newest first."""
    return db.session.scalars(
        select(Intake)
        .where(Intake.lesson_id == lesson_id, Intake.owner_id.is_(None))
        .where(Intake.state != IntakeState.READY)
        .order_by(Intake.id.desc())
        .options(joinedload(Intake.upload))
    ).all()


def teachers_without_consent(version_id: int) -> set[int]:
    """Return who teaches the course of a version and does not consent to re-use."""
    return set(
        db.session.scalars(
            select(CourseTeacher.person_id)
            .join(CourseVersion, CourseVersion.course_id == CourseTeacher.course_id)
            .where(CourseVersion.id == version_id, CourseTeacher.consents_to_reuse_at.is_(None))
        )
    )


def lessons_in_modules(module_ids: Collection[int]) -> Sequence[Lesson]:
    """Return the lessons of some modules, in the order of each."""
    return db.session.scalars(
        select(Lesson)
        .where(Lesson.module_id.in_(module_ids))
        .order_by(Lesson.module_id, Lesson.position)
    ).all()


def materials_with_files(lesson_id: int) -> Sequence[Material]:
    """Return the materials of a lesson in order, each with its files, in two statements."""
    return db.session.scalars(
        select(Material)
        .where(Material.lesson_id == lesson_id)
        .order_by(Material.position, Material.id)
        .options(selectinload(Material.files))
    ).all()
