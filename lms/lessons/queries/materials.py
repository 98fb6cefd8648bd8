"""Reads over materials: for those who study, for those who make them, and for those who decide."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import CourseTeacher, CourseVersion, Module
from lms.lessons.models import (
    FileForm,
    Lesson,
    Licence,
    Material,
    MaterialFile,
    MaterialKind,
    MaterialState,
)
from lms.lessons.rules.materials import EXPIRES_SOON, busan_day

ENTITY = "material"


@dataclass(frozen=True)
class FileRow:
    """One form of a material's file."""

    form: FileForm
    name: str
    storage_key: str
    mimetype: str
    size: int
    width: int | None
    height: int | None

    @property
    def type_name(self) -> str:
        """Return what kind of file it is, as its name says: PDF."""
        return type_name(self.name, self.mimetype)


@dataclass(frozen=True)
class MaterialRow:
    """A material with its files by form; who sees it when, `rules.materials` says."""

    id: int
    lesson_id: int
    revision: int
    kind: MaterialKind
    state: MaterialState
    title: TextInLanguages
    language: str
    address: str
    alternative_text: str
    rights_holder: str
    licence: Licence
    may_download: bool
    valid_until: date | None
    release_at: datetime | None
    created_by_id: int | None
    files: Mapping[FileForm, FileRow] = field(default_factory=dict)

    @property
    def forms(self) -> Collection[FileForm]:
        """Return in which forms there is a file."""
        return self.files.keys()

    @property
    def file(self) -> FileRow | None:
        """Return the file as it was given."""
        return self.files.get(FileForm.FULL)

    @property
    def is_image(self) -> bool:
        """Tell whether it is shown as a picture."""
        return self.file is not None and self.file.mimetype.startswith("image/")


def type_name(file_name: str, mimetype: str) -> str:
    """Return the kind of a file in capitals, as people call it: PDF, PPTX."""
    return (PurePath(file_name).suffix[1:] or mimetype.rpartition("/")[2]).upper()


_COLUMNS = (
    Material.id,
    Material.lesson_id,
    Material.revision,
    Material.kind,
    Material.state,
    Material.title,
    Material.language,
    Material.address,
    Material.alternative_text,
    Material.rights_holder,
    Material.licence,
    Material.may_download,
    Material.valid_until,
    Material.release_at,
    Material.created_by_id,
)
_FILE_COLUMNS = (
    MaterialFile.form,
    MaterialFile.name,
    MaterialFile.storage_key,
    MaterialFile.mimetype,
    MaterialFile.size,
    MaterialFile.width,
    MaterialFile.height,
)
_ROWS = (
    select(*_COLUMNS, *_FILE_COLUMNS)
    .outerjoin(MaterialFile, MaterialFile.material_id == Material.id)
    .order_by(Material.position, Material.id, MaterialFile.id)
)
_OF_LESSON = _ROWS.where(Material.lesson_id == bindparam("lesson_id"))
_ONE = _ROWS.where(Material.id == bindparam("material_id"))


def materials_of_lesson(lesson_id: int) -> list[MaterialRow]:
    """Return the materials of a lesson in order, whatever their states, in one statement."""
    return _with_files(execute(_OF_LESSON, {"lesson_id": lesson_id}))


def material_row(material_id: int) -> MaterialRow | None:
    """Return a material with its files, in one statement."""
    return next(iter(_with_files(execute(_ONE, {"material_id": material_id}))), None)


def _with_files(rows: Iterable[Sequence[Any]]) -> list[MaterialRow]:
    found = []
    for _id, group in groupby(rows, key=itemgetter(0)):
        lines = list(group)
        files = [FileRow(*line[len(_COLUMNS) :]) for line in lines if line[len(_COLUMNS)]]
        values = [*lines[0][: len(_COLUMNS)], {file.form: file for file in files}]
        found.append(MaterialRow(*values))
    return found


def next_position(lesson_id: int) -> int:
    """Return the place after the last material of a lesson."""
    last = select(func.max(Material.position)).where(Material.lesson_id == lesson_id)
    return (db.session.scalar(last) or 0) + 1


def copies_of(material: Material) -> Sequence[Material]:
    """Return the materials of other versions of the course that hand out the same.

    That is what shares a stored file, or a link's address; what was withdrawn is left out.
    """
    keys = select(MaterialFile.storage_key).where(MaterialFile.material_id == material.id)
    same: ColumnElement[bool] = exists().where(
        MaterialFile.material_id == Material.id, MaterialFile.storage_key.in_(keys)
    )
    if material.kind == MaterialKind.LINK:
        same = and_(Material.kind == MaterialKind.LINK, Material.address == material.address)
    its_version = (
        select(CourseVersion)
        .join(Module, Module.version_id == CourseVersion.id)
        .join(Lesson, Lesson.module_id == Module.id)
        .where(Lesson.id == material.lesson_id)
        .subquery()
    )
    return db.session.scalars(
        select(Material)
        .join(Lesson, Lesson.id == Material.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(its_version, its_version.c.course_id == CourseVersion.course_id)
        .where(
            CourseVersion.id != its_version.c.id, Material.state != MaterialState.WITHDRAWN, same
        )
        .order_by(Material.id)
    ).all()


# --- the queue of those who decide -----------------------------------------------------


@dataclass(frozen=True)
class QueuedMaterial:
    """A material as a row of the list over all courses; name, type and size of its file."""

    id: int
    lesson_id: int
    kind: MaterialKind
    state: MaterialState
    title: TextInLanguages
    language: str
    release_at: datetime | None
    valid_until: date | None
    course_title: TextInLanguages
    version_number: int
    lesson_title: TextInLanguages
    brought_by: str
    file_name: str
    mimetype: str
    size: int | None

    @property
    def type_name(self) -> str:
        """Return what kind of file it is, as its name says; "" without a file."""
        return type_name(self.file_name, self.mimetype)


ORDER_OF_STATES = (
    MaterialState.SUBMITTED,
    MaterialState.APPROVED,
    MaterialState.DRAFT,
    MaterialState.RELEASED,
    MaterialState.WITHDRAWN,
)


def queued_materials(
    *, taught_by: int | None, state: str, now: datetime, offset: int, limit: int
) -> tuple[list[QueuedMaterial], int]:
    """Return one page of materials, those that wait for a step first, and how many there are.

    Without a state those that wait: submitted, approved, and released ones that expire within
    thirty days. With `taught_by` only those of the courses that person teaches.
    """
    wanted = _queued(taught_by).where(Material.state == state if state else _waits(now))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    full, owner = aliased(MaterialFile), aliased(Person)
    urgency = case(
        {state: number for number, state in enumerate(ORDER_OF_STATES)}, value=Material.state
    )
    rows = db.session.execute(
        select(
            Material.id,
            Material.lesson_id,
            Material.kind,
            Material.state,
            Material.title,
            Material.language,
            Material.release_at,
            Material.valid_until,
            CourseVersion.title,
            CourseVersion.number,
            Lesson.title,
            func.coalesce(owner.full_name, ""),
            func.coalesce(full.name, ""),
            func.coalesce(full.mimetype, ""),
            full.size,
        )
        .join(Lesson, Lesson.id == Material.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .outerjoin(full, and_(full.material_id == Material.id, full.form == FileForm.FULL))
        .outerjoin(owner, owner.id == Material.created_by_id)
        .where(Material.id.in_(wanted))
        .order_by(urgency, Material.created_at, Material.id)
        .offset(offset)
        .limit(limit)
    )
    return [QueuedMaterial(*tuple(row)) for row in rows], total


def _queued(taught_by: int | None) -> Select[int]:
    if taught_by is None:
        return select(Material.id)
    mine = select(CourseTeacher.course_id).where(CourseTeacher.person_id == taught_by)
    return (
        select(Material.id)
        .join(Lesson, Lesson.id == Material.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .where(CourseVersion.course_id.in_(mine))
    )


def _waits(now: datetime) -> ColumnElement[bool]:
    today = busan_day(now)
    return or_(
        Material.state.in_((MaterialState.SUBMITTED, MaterialState.APPROVED)),
        and_(
            Material.state == MaterialState.RELEASED,
            Material.valid_until.between(today, today + EXPIRES_SOON),
        ),
    )
