"""The catalogue as a file says it (docs/catalogue-format.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.fault_finding import Fault, FaultyFile
from lms.core.text import TextInLanguages
from lms.courses import queries
from lms.courses.catalogue_file import SOURCE, CatalogueFile, CourseEntry, ModuleEntry
from lms.courses.models import (
    CatalogueVersion,
    Course,
    CourseVersion,
    Curriculum,
    Delivery,
    Level,
    Module,
    PublicationState,
)
from lms.courses.rules.search import texts_of
from lms.courses.services import note_catalogue_change
from lms.courses.services.terms import write_terms
from lms.courses.services.versions import begin_version, change_version_state, create_course


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
    curricula, stale = _take_curricula(catalogue, report, now)
    courses = {course.code: course for course in db.session.scalars(select(Course))}
    faults: list[Fault] = []
    for index, entry in enumerate(catalogue.courses):
        course = courses.get(entry.code)
        try:
            course, is_changed = _take_course(course, entry, curricula[entry.curriculum], now)
        except ModuleInUse as error:
            faults.append(Fault(f"courses[{index}].modules", str(error)))
            continue
        if is_changed:
            (report.changed if entry.code in courses else report.new).append(entry.code)
        report.moved += _assign(course, position=index + 1)
        if not is_changed and entry.curriculum in stale:
            version = queries.newest_version(course.id)
            write_terms(course, queries.modules_of(version.id))
    if faults:
        raise FaultyFile(faults)
    _retire(courses, {entry.code for entry in catalogue.courses}, report, now)
    if not report.is_empty:
        note_catalogue_change()
    return report


class ModuleInUse(Exception):
    """A module that the file no longer has, but people have sessions in."""


def _take_curricula(
    catalogue: CatalogueFile, report: ImportReport, now: datetime
) -> tuple[Mapping[str, Curriculum], set[str]]:
    rows = {row.code: row for row in db.session.scalars(select(Curriculum))}
    stale = set()
    for position, entry in enumerate(catalogue.curricula, 1):
        row = rows.setdefault(entry.code, Curriculum(code=entry.code, revision=0))
        source = SOURCE if SOURCE in entry.summary else "en"
        state = row.state
        is_changed = _assign(
            row,
            position=position,
            state=PublicationState.PUBLISHED,
            title=TextInLanguages(SOURCE, entry.title),
            summary=TextInLanguages(source, entry.summary),
        )
        if is_changed:
            row.revision += 1
            db.session.add(row)
            db.session.flush()
            report.curricula += 1
            stale.add(entry.code)
        if state != row.state:
            record_change(
                "curriculum", row.id, old=state or "", new=row.state, actor_id=None, now=now
            )
    db.session.flush()
    return rows, stale


def _take_course(
    course: Course | None, entry: CourseEntry, curriculum: Curriculum, now: datetime
) -> tuple[Course, bool]:
    """Return the course as the entry says, and whether anything but its place is new.

    What was published stays as it was for the runs that use it: a change becomes a new version.
    """
    if course is None:
        version = create_course(
            code=entry.code,
            curriculum_id=curriculum.id,
            content=_content(entry),
            actor=None,
            now=now,
            is_demo=entry.is_demo,
        )
        course = db.session.get_one(Course, version.course_id)
    else:
        version = queries.published_version(course.id) or queries.newest_version(course.id)
        is_same = _says_the_same(version, entry) and course.curriculum_id == curriculum.id
        course.curriculum_id = curriculum.id
        course.is_demo = entry.is_demo
        if is_same and course.state == PublicationState.PUBLISHED:
            return course, False
        version = begin_version(course, actor=None, now=now)
        _assign(version, **_content(entry))
    _take_modules(version, queries.modules_of(version.id), entry.modules)
    for state in (PublicationState.IN_REVIEW, PublicationState.PUBLISHED):
        change_version_state(version, state, actor=None, now=now)
    return course, True


def _content(entry: CourseEntry) -> dict[str, Any]:
    minutes = entry.minutes
    return {
        "title": TextInLanguages(SOURCE, entry.title),
        "objectives": texts_of(entry.objectives, SOURCE),
        "level": Level(entry.level),
        "delivery": Delivery(entry.delivery),
        "languages": list(entry.languages),
        "sdg_targets": list(entry.sdg_targets),
        "crs_code": entry.crs_code,
        "prerequisite_code": entry.prerequisite,
        "city_slugs": list(entry.city_slugs),
        "theory_minutes": minutes["L"] + minutes["R"],
        "practical_minutes": minutes["P"] + minutes["D"] + minutes["F"],
    }


def _says_the_same(version: CourseVersion, entry: CourseEntry) -> bool:
    modules = [
        ModuleEntry(module.title.texts, queries.minutes_of(module))
        for module in queries.modules_of(version.id)
    ]
    return modules == list(entry.modules) and all(
        getattr(version, name) == value for name, value in _content(entry).items()
    )


def _take_modules(
    version: CourseVersion, old: Sequence[Module], entries: Sequence[ModuleEntry]
) -> None:
    rows = _match(old, entries)
    surplus = [row for row in old if row not in rows]
    moved = [row for place, row in enumerate(rows, 1) if row.id and row.position != place]
    for row in moved:
        row.position = -row.position  # out of the way, so that no two stand in one place
    db.session.flush()
    _remove(surplus)
    for position, (row, entry) in enumerate(zip(rows, entries, strict=True), 1):
        minutes = entry.minutes
        _assign(
            row,
            version_id=version.id,
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


def _retire(
    courses: Mapping[str, Course], kept: set[str], report: ImportReport, now: datetime
) -> None:
    for code, course in courses.items():
        if course.is_demo:
            continue  # it comes with the demonstration, not with the catalogue's file
        if code not in kept and course.state == PublicationState.PUBLISHED:
            version = queries.published_version(course.id)
            assert version is not None
            change_version_state(version, PublicationState.RETIRED, actor=None, now=now)
            report.retired.append(code)
