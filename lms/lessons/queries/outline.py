"""Reads for the outline editor, in a number of statements that does not grow with sessions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from lms.core.db import db, execute
from lms.courses.models import Module
from lms.lessons.models import (
    CheckQuestion,
    Intake,
    IntakePurpose,
    IntakeState,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Material,
    MaterialFile,
    MaterialState,
    Rendition,
)
from lms.lessons.rules.outline import EditedRow

ON_THEIR_WAY = (IntakeState.RECEIVING, IntakeState.WAITING, IntakeState.WORKING)


def edited_rows(version_id: int) -> list[EditedRow]:
    """Return the sessions of a version as the editor lists them, in two statements."""
    captions = _caption_languages(version_id)
    materials = (
        select(func.count())
        .select_from(Material)
        .where(Material.lesson_id == Lesson.id, Material.state != MaterialState.WITHDRAWN)
        .scalar_subquery()
    )
    on_their_way = (
        select(func.count())
        .select_from(Intake)
        .where(
            Intake.lesson_id == Lesson.id,
            Intake.purpose == IntakePurpose.RECORDING,
            Intake.state.in_(ON_THEIR_WAY),
        )
        .scalar_subquery()
    )
    has_recording = (
        select(LessonMedia.id)
        .where(LessonMedia.lesson_id == Lesson.id, LessonMedia.rendition != Rendition.POSTER)
        .exists()
    )
    rows = execute(
        select(
            Lesson.id,
            Lesson.module_id,
            Lesson.position,
            Lesson.kind,
            Lesson.title,
            Lesson.recognised_minutes,
            Lesson.duration_seconds,
            Lesson.body,
            CheckQuestion.lesson_id.is_not(None),
            has_recording,
            materials,
            on_their_way,
        )
        .join(Module, Module.id == Lesson.module_id)
        .outerjoin(CheckQuestion, CheckQuestion.lesson_id == Lesson.id)
        .where(Module.version_id == version_id)
        .order_by(Module.position, Lesson.position)
    )
    return [
        EditedRow(
            id_,
            module_id,
            position,
            LessonKind(kind),
            title,
            minutes,
            seconds,
            body is not None,
            bool(has_question),
            bool(recorded),
            tuple(captions.get(id_, ())),
            count,
            waiting,
        )
        for (
            id_, module_id, position, kind, title, minutes, seconds, body, has_question, recorded,
            count, waiting,
        ) in rows
    ]  # fmt: skip


def _caption_languages(version_id: int) -> Mapping[int, Sequence[str]]:
    rows = execute(
        select(LessonCaption.lesson_id, LessonCaption.language)
        .join(Lesson, Lesson.id == LessonCaption.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.version_id == version_id)
        .order_by(LessonCaption.language)
    )
    by_lesson = defaultdict(list)
    for lesson_id, language in rows:
        by_lesson[lesson_id].append(language)
    return by_lesson


def lesson_ids_of(module_id: int) -> list[int]:
    """Return the sessions of a module, in order."""
    wanted = select(Lesson.id).where(Lesson.module_id == module_id).order_by(Lesson.position)
    return list(db.session.scalars(wanted))


def storage_keys_of(lesson_id: int) -> set[str]:
    """Return the stored files a session and its materials use."""
    of_media = select(LessonMedia.storage_key).where(LessonMedia.lesson_id == lesson_id)
    of_materials = (
        select(MaterialFile.storage_key)
        .join(Material, Material.id == MaterialFile.material_id)
        .where(Material.lesson_id == lesson_id)
    )
    return {*db.session.scalars(of_media), *db.session.scalars(of_materials)}
