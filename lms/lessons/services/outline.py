"""Changes of a draft's outline: modules and sessions added, changed, moved, taken out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.text import TextInLanguages
from lms.courses.models import CourseVersion, Module, PublicationState
from lms.courses.queries import modules_of
from lms.courses.services import note_catalogue_change
from lms.courses.services.versions import change_version_state, lock_for_editing
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
)
from lms.lessons.queries import outline
from lms.lessons.rules.outline import NEVER_COUNTS, faults_of_outline
from lms.lessons.services.files import drop_unused

MOST_MODULES = 60
MOST_LESSONS = 100  # in one module


def add_module(version: CourseVersion, title: TextInLanguages) -> Module:
    """Add a module after the last one of a draft. Raises Conflict when there are too many."""
    lock_for_editing(version)
    last = db.session.scalar(
        select(func.max(Module.position)).where(Module.version_id == version.id)
    )
    position = (last or 0) + 1
    if position > MOST_MODULES:
        raise Conflict(_("A course has at most %(most)d modules.", most=MOST_MODULES))
    module = Module(version_id=version.id, position=position, title=title)
    db.session.add(module)
    db.session.flush()
    return module


def add_session(module: Module, kind: LessonKind, title: TextInLanguages) -> Lesson:
    """Add a session after the last one of a draft's module; what it holds is filled in later."""
    lock_for_editing(db.session.get_one(CourseVersion, module.version_id))
    position = queries.next_position(module.id)
    if position > MOST_LESSONS:
        raise Conflict(_("A module has at most %(most)d sessions.", most=MOST_LESSONS))
    lesson = Lesson(module_id=module.id, position=position, kind=kind, title=title)
    db.session.add(lesson)
    db.session.flush()
    return lesson


def change_module(module: Module, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change a module of a draft; False when somebody else was quicker than `revision`."""
    lock_for_editing(db.session.get_one(CourseVersion, module.version_id))
    db.session.refresh(module)
    return _change(module, content, revision)


def change_lesson(lesson: Lesson, content: Mapping[str, Any], *, revision: int) -> bool:
    """Change a session of a draft; False when somebody else was quicker than `revision`.

    Ceremonies and breaks never count for hours, whatever is sent.
    """
    module = db.session.get_one(Module, lesson.module_id)
    lock_for_editing(db.session.get_one(CourseVersion, module.version_id))
    db.session.refresh(lesson)
    if LessonKind(content.get("kind", lesson.kind)) in NEVER_COUNTS:
        content = {**content, "recognised_minutes": 0}
    return _change(lesson, content, revision)


def _change(row: Module | Lesson, content: Mapping[str, Any], revision: int) -> bool:
    if all(getattr(row, name) == value for name, value in content.items()):
        return True
    if row.revision != revision:
        return False
    for name, value in content.items():
        setattr(row, name, value)
    row.revision += 1
    note_catalogue_change()
    return True


# --- order -----------------------------------------------------------------------------


def move_module(module: Module, position: int) -> None:
    """Put a module of a draft in another place, counted from 1; beyond the last is the last."""
    version = db.session.get_one(CourseVersion, module.version_id)
    lock_for_editing(version)
    others = [each for each in modules_of(version.id) if each.id != module.id]
    others.insert(max(0, position - 1), module)
    _number(Module, [each.id for each in others])


def move_lesson(lesson: Lesson, to: Module, position: int) -> None:
    """Put a session in a place of a module of the same draft, counted from 1.

    Raises Conflict when the module belongs to another version, or is full.
    """
    source = db.session.get_one(Module, lesson.module_id)
    if to.version_id != source.version_id:
        raise Conflict(_("A session moves only within its version of the course."))
    lock_for_editing(db.session.get_one(CourseVersion, to.version_id))
    there = [each for each in outline.lesson_ids_of(to.id) if each != lesson.id]
    if len(there) >= MOST_LESSONS:
        raise Conflict(_("A module has at most %(most)d sessions.", most=MOST_LESSONS))
    if to.id != source.id:
        lesson.module_id = to.id
        lesson.position = -lesson.id  # out of the way, so that no two stand in one place
        db.session.flush()
        _number(Lesson, outline.lesson_ids_of(source.id))
    there.insert(max(0, position - 1), lesson.id)
    _number(Lesson, there)


def _number(table: type[Module] | type[Lesson], ids: Sequence[int]) -> None:
    """Number rows in this order; first out of the way, for no two may share a place."""
    for sign in (-1, 1):
        for place, id_ in enumerate(ids, 1):
            db.session.execute(
                update(table).where(table.id == id_).values(position=sign * place),
                execution_options={"synchronize_session": False},
            )
    db.session.expire_all()
    note_catalogue_change()


# --- out -------------------------------------------------------------------------------


def remove_module(module: Module) -> None:
    """Take an empty module out of a draft. Raises Conflict while it has sessions."""
    version = db.session.get_one(CourseVersion, module.version_id)
    lock_for_editing(version)
    if outline.lesson_ids_of(module.id):
        raise Conflict(_("Move or remove the sessions of this module first."))
    db.session.delete(module)
    db.session.flush()
    _number(Module, [each.id for each in modules_of(version.id)])


def remove_lesson(lesson: Lesson) -> None:
    """Take a session out of a draft, with its captions, question, materials and files.

    Files that another version uses stay; the others go once the transaction has committed.
    """
    module = db.session.get_one(Module, lesson.module_id)
    lock_for_editing(db.session.get_one(CourseVersion, module.version_id))
    keys = outline.storage_keys_of(lesson.id)
    materials = select(Material.id).where(Material.lesson_id == lesson.id)
    db.session.execute(delete(Intake).where(Intake.lesson_id == lesson.id))
    db.session.execute(delete(MaterialFile).where(MaterialFile.material_id.in_(materials)))
    for table in (Material, LessonMedia, LessonCaption, CheckQuestion):
        db.session.execute(delete(table).where(table.lesson_id == lesson.id))
    db.session.delete(lesson)
    db.session.flush()
    drop_unused(keys)
    _number(Lesson, outline.lesson_ids_of(module.id))


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
    modules = modules_of(version.id)
    faults = faults_of_outline(modules, outline.edited_rows(version.id))
    change_version_state(version, new, actor=actor, now=now, reason=reason, faults=faults)
