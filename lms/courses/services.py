"""Writes on the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.core.audit import record_change
from lms.core.db import db, execute, lock
from lms.core.fault_finding import Fault, FaultyFile
from lms.core.text import TextInLanguages
from lms.courses import queries, rules
from lms.courses.catalogue_file import SOURCE, CatalogueFile, CourseEntry, ModuleEntry
from lms.courses.models import (
    CatalogueVersion,
    Course,
    CourseTerm,
    Curriculum,
    Delivery,
    Level,
    Module,
    PublicationState,
)


def note_catalogue_change() -> None:
    """Let the catalogue's version grow, so that pages kept for visitors are made anew.

    Call it as the last write of a service: the row stays locked until the transaction ends.
    """
    db.session.flush()
    db.session.execute(
        update(CatalogueVersion).values(number=CatalogueVersion.number + 1),
        execution_options={"synchronize_session": False},
    )


# --- import ----------------------------------------------------------------------------


@dataclass
class ImportReport:
    """What an import has changed, by course code.

    `curricula` counts those new or changed, `moved` the courses whose place alone is another.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    curricula: int = 0
    moved: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether the catalogue was as the file says already."""
        return not (self.new or self.changed or self.retired or self.curricula or self.moved)


def import_catalogue(catalogue: CatalogueFile, *, now: datetime) -> ImportReport:
    """Make the catalogue what the file says, and report what that changed.

    Importing a file twice changes nothing the second time. A course that is not in the file is
    retired, with everything that hangs on it; one that comes back is published again. Raises
    FaultyFile when a module is missing that people have sessions in.
    """
    # Two imports at once would both add the same course.
    lock(db.session.get_one(CatalogueVersion, 1))
    report = ImportReport()
    curricula, stale = _take_curricula(catalogue, report)
    courses = {course.code: course for course in db.session.scalars(select(Course))}
    modules = queries.modules_by_course()
    faults: list[Fault] = []
    for index, entry in enumerate(catalogue.courses):
        curriculum = curricula[entry.curriculum]
        course = courses.get(entry.code)
        listed = report.changed if course else report.new
        if course is None:
            course = Course(code=entry.code, position=index + 1, state=PublicationState.DRAFT)
        is_changed = _take_course(course, entry, curriculum, now)
        report.moved += _assign(course, position=index + 1)
        try:
            is_changed |= _take_modules(course, modules.get(course.id, ()), entry.modules)
        except ModuleInUse as error:
            faults.append(Fault(f"courses[{index}].modules", str(error)))
        if is_changed:
            listed.append(entry.code)
        if is_changed or entry.curriculum in stale:
            _write_terms(course, entry, curriculum)
    if faults:
        raise FaultyFile(faults)
    _retire(courses, {entry.code for entry in catalogue.courses}, report, now)
    if not report.is_empty:
        note_catalogue_change()
    return report


class ModuleInUse(Exception):
    """A module that the file no longer has, but people have sessions in."""


def _take_curricula(
    catalogue: CatalogueFile, report: ImportReport
) -> tuple[Mapping[str, Curriculum], set[str]]:
    rows = {row.code: row for row in db.session.scalars(select(Curriculum))}
    stale = set()
    for position, entry in enumerate(catalogue.curricula, 1):
        row = rows.setdefault(entry.code, Curriculum(code=entry.code))
        source = SOURCE if SOURCE in entry.summary else "en"
        is_changed = _assign(
            row,
            position=position,
            title=TextInLanguages(SOURCE, entry.title),
            summary=TextInLanguages(source, entry.summary),
        )
        if is_changed:
            db.session.add(row)
            report.curricula += 1
            stale.add(entry.code)
    db.session.flush()
    return rows, stale


def _take_course(course: Course, entry: CourseEntry, curriculum: Curriculum, now: datetime) -> bool:
    minutes = entry.minutes
    is_changed = _assign(
        course,
        curriculum_id=curriculum.id,
        title=TextInLanguages(SOURCE, entry.title),
        objectives=rules.texts_of(entry.objectives, SOURCE),
        level=Level(entry.level),
        delivery=Delivery(entry.delivery),
        languages=list(entry.languages),
        sdg_targets=list(entry.sdg_targets),
        crs_code=entry.crs_code,
        prerequisite_code=entry.prerequisite,
        city_slugs=list(entry.city_slugs),
        theory_minutes=minutes["L"] + minutes["R"],
        practical_minutes=minutes["P"] + minutes["D"] + minutes["F"],
        is_demo=entry.is_demo,
    )
    db.session.add(course)
    db.session.flush()
    if course.state != PublicationState.PUBLISHED:
        _set_state(course, PublicationState.PUBLISHED, now)
        return True
    return is_changed


def _set_state(course: Course, new: PublicationState, now: datetime) -> None:
    record_change("course", course.id, old=course.state, new=new, actor_id=None, now=now)
    course.state = new


def _take_modules(course: Course, old: Sequence[Module], entries: Sequence[ModuleEntry]) -> bool:
    rows = _match(old, entries)
    surplus = [row for row in old if row not in rows]
    moved = [row for place, row in enumerate(rows, 1) if row.id and row.position != place]
    for row in moved:
        row.position = -row.position  # out of the way, so that no two stand in one place
    db.session.flush()
    _remove(surplus)
    is_changed = False
    for position, (row, entry) in enumerate(zip(rows, entries, strict=True), 1):
        minutes = entry.minutes
        is_changed |= _assign(
            row,
            course_id=course.id,
            position=position,
            title=TextInLanguages(SOURCE, entry.title),
            live_minutes=minutes["L"],
            recorded_minutes=minutes["R"],
            practice_minutes=minutes["P"],
            discussion_minutes=minutes["D"],
            field_minutes=minutes["F"],
        )
        db.session.add(row)
    db.session.flush()
    return is_changed or bool(surplus)


def _match(old: Sequence[Module], entries: Sequence[ModuleEntry]) -> list[Module]:
    """Return a row for each module of the file: the one it had, or a new one.

    A module is known by its English title; one whose title changed too, by its order among the
    rest. So the sessions people study stay with their module when others move.
    """
    by_title = {row.title.texts.get("en"): row for row in old}
    known = [by_title.pop(entry.title["en"], None) for entry in entries]
    rest = iter([row for row in old if row not in known])
    return [row or next(rest, None) or Module() for row in known]


def _remove(modules: Sequence[Module]) -> None:
    """Delete modules nothing hangs on; the database refuses when a session does."""
    try:
        with db.session.begin_nested():
            for module in modules:
                db.session.delete(module)
    except IntegrityError as error:
        raise ModuleInUse("a module is gone in which people have sessions") from error


def _assign(row: Any, **values: Any) -> bool:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _write_terms(course: Course, entry: CourseEntry, curriculum: Curriculum) -> None:
    terms = rules.terms_of_course(
        title=course.title,
        parts=[
            curriculum.title,
            *(TextInLanguages(SOURCE, module.title) for module in entry.modules),
        ],
        objectives=course.objectives,
        code=course.code,
    )
    execute(delete(CourseTerm).where(CourseTerm.course_id == course.id))
    execute(
        insert(CourseTerm),
        [
            {"course_id": course.id, "term": term, "weight": weight}
            for term, weight in terms.items()
        ],
    )


def _retire(
    courses: Mapping[str, Course], kept: set[str], report: ImportReport, now: datetime
) -> None:
    for code, course in courses.items():
        if course.is_demo:
            continue  # it comes with the demonstration, not with the catalogue's file
        if code not in kept and course.state != PublicationState.RETIRED:
            _set_state(course, PublicationState.RETIRED, now)
            report.retired.append(code)
