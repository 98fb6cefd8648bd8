"""The sessions of a draft: added, changed, moved, taken out; and the steps of its version.

What is kept in memory of the catalogue stays: nobody studies a draft, and looking at one as a
trainee reads it anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from lms.accounts.models import Person
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.core.places import number_in_order
from lms.core.revisions import change_row
from lms.core.text import TextInLanguages
from lms.courses.models import Course, CourseVersion, Module, PublicationState
from lms.courses.queries import modules_of
from lms.courses.services.modules import lock_version_of
from lms.courses.services.versions import change_version_state
from lms.lessons import queries
from lms.lessons.models import (
    CheckQuestion,
    Intake,
    Lesson,
    LessonCaption,
    LessonKind,
    LessonMedia,
    Material,
    MaterialFile,
    SpeakerInvitation,
)
from lms.lessons.queries import outline
from lms.lessons.rules.outline import LONGEST_TEXT, NEVER_COUNTS, faults_of_outline
from lms.lessons.services import set_question
from lms.lessons.services.files import drop_unused

MOST_LESSONS = 100  # in one module
OUT_OF_THE_WAY = -MOST_LESSONS - 1  # a place none has, nor takes while all are numbered anew


def add_session(module: Module, kind: LessonKind, title: TextInLanguages) -> Lesson:
    """Add a session after the last one of a draft's module; what it holds is filled in later."""
    lock_version_of(module)
    position = queries.next_position(module.id)
    if position > MOST_LESSONS:
        raise Conflict(_("A module has at most %(most)d sessions.", most=MOST_LESSONS))
    lesson = Lesson(module_id=module.id, position=position, kind=kind, title=title)
    db.session.add(lesson)
    db.session.flush()
    return lesson


def change_lesson(lesson: Lesson, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change a session of a draft; False when somebody else was quicker than `revision`.

    Ceremonies and breaks never count for hours, whatever is sent.
    """
    _lock_version_of(lesson)
    if LessonKind(content.get("kind", lesson.kind)) in NEVER_COUNTS:
        content = {**content, "recognised_minutes": 0}
    return change_row(lesson, content, revision=revision)


def change_text(lesson: Lesson, language: str, text: str, *, revision: int) -> bool:
    """Change the text of a draft's session in one language; an empty one takes it out.

    The first language written is the original; when it goes, the next becomes so. False when
    somebody else was quicker than `revision`.
    """
    _lock_version_of(lesson)
    texts = dict(lesson.body.texts) if lesson.body else {}
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    source = lesson.body.source if lesson.body and lesson.body.source in texts else ""
    body = TextInLanguages(source or next(iter(texts)), texts) if texts else None
    return change_row(lesson, {"body": body}, revision=revision)


def append_to_text(lesson: Lesson, words: Mapping[str, str], *, revision: int) -> bool:
    """Put words at the end of the text of a draft's session, in each of their languages, at once.

    A language the text is not in yet begins with them. False when somebody else was quicker than
    `revision`; Conflict when a text would become too long.
    """
    _lock_version_of(lesson)
    texts = dict(lesson.body.texts) if lesson.body else {}
    for language, more in words.items():
        texts[language] = "\n\n".join(part for part in (texts.get(language), more) if part)
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise Conflict(_("With this, the text of the session would be too long."))
    source = lesson.body.source if lesson.body else next(iter(texts))
    return change_row(lesson, {"body": TextInLanguages(source, texts)}, revision=revision)


def change_question(
    lesson: Lesson,
    *,
    prompt: TextInLanguages,
    choices: Sequence[TextInLanguages],
    correct_choice: int,
    explanation: TextInLanguages | None,
) -> None:
    """Ask this after a draft's session, as `set_question` does."""
    _lock_version_of(lesson)
    set_question(
        lesson,
        prompt=prompt,
        choices=choices,
        correct_choice=correct_choice,
        explanation=explanation,
    )


def remove_question(lesson: Lesson) -> None:
    """Ask nothing after a draft's session any more."""
    _lock_version_of(lesson)
    db.session.execute(delete(CheckQuestion).where(CheckQuestion.lesson_id == lesson.id))


def _lock_version_of(lesson: Lesson) -> Module:
    lock_version_of(db.session.get_one(Module, lesson.module_id))
    lock(lesson)  # as it is now: it may have gone, or gone to another module
    return db.session.get_one(Module, lesson.module_id)


# --- order -----------------------------------------------------------------------------


def move_lesson(lesson: Lesson, to: Module, position: int) -> None:
    """Put a session in a place of a module of the same draft, counted from 1.

    Raises Conflict when the module belongs to another version, or is full.
    """
    lock_version_of(to)
    lock(lesson)
    source = db.session.get_one(Module, lesson.module_id)
    if to.version_id != source.version_id:
        raise Conflict(_("A session moves only within its version of the course."))
    there = [each for each in outline.lesson_ids_of(to.id) if each != lesson.id]
    if len(there) >= MOST_LESSONS:
        raise Conflict(_("A module has at most %(most)d sessions.", most=MOST_LESSONS))
    if to.id != source.id:
        lesson.module_id = to.id
        lesson.position = OUT_OF_THE_WAY
        db.session.flush()
        number_in_order(Lesson, outline.lesson_ids_of(source.id))
    there.insert(max(0, position - 1), lesson.id)
    number_in_order(Lesson, there)


# --- out -------------------------------------------------------------------------------


def remove_lesson(lesson: Lesson) -> None:
    """Take a session out of a draft, with its captions, question, materials and files.

    Files that another version uses stay; the others go once the transaction has committed.
    """
    module = _lock_version_of(lesson)
    keys = outline.storage_keys_of(lesson.id)
    materials = select(Material.id).where(Material.lesson_id == lesson.id)
    db.session.execute(delete(Intake).where(Intake.lesson_id == lesson.id))
    db.session.execute(delete(MaterialFile).where(MaterialFile.material_id.in_(materials)))
    for table in (Material, LessonMedia, LessonCaption, CheckQuestion, SpeakerInvitation):
        db.session.execute(delete(table).where(table.lesson_id == lesson.id))
    db.session.delete(lesson)
    db.session.flush()
    drop_unused(keys)
    number_in_order(Lesson, outline.lesson_ids_of(module.id))


# --- states ----------------------------------------------------------------------------


def take_version_to(
    version: CourseVersion,
    new: PublicationState,
    *,
    actor: Person,
    now: datetime,
    reason: str = "",
) -> None:
    """Take a version to another state, as `change_version_state` does, its sessions judged too."""
    # First, so that what is judged is what is published.
    lock(db.session.get_one(Course, version.course_id))
    lock(version)
    modules = modules_of(version.id)
    faults = faults_of_outline(modules, outline.edited_rows(version.id))
    change_version_state(version, new, actor=actor, now=now, reason=reason, faults=faults)
