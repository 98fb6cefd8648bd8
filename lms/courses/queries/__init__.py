"""Reads over the catalogue; those of its fields alone are in `curricula`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.accounts.models import Person
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.catalogue_file import CatalogueFile, CourseEntry, CurriculumEntry, ModuleEntry
from lms.courses.models import (
    CatalogueVersion,
    Course,
    CourseTeacher,
    CourseTerm,
    CourseVersion,
    Curriculum,
    Delivery,
    Level,
    Module,
    PublicationState,
)
from lms.courses.rules.search import is_pair, is_syllable, lines_of, words_of_query
from lms.courses.rules.versions import IN_WORK

PUBLISHED = Course.state == PublicationState.PUBLISHED
OPEN_FIELD = Curriculum.state == PublicationState.PUBLISHED


@dataclass(frozen=True)
class CourseSummary:
    """A course as a card or a row shows it; it names its curriculum once that is published."""

    id: int
    code: str
    title: TextInLanguages
    level: Level
    delivery: Delivery
    languages: Sequence[str]
    sdg_targets: Sequence[str]
    theory_minutes: int
    practical_minutes: int
    is_demo: bool
    prerequisite_code: str
    curriculum_code: str
    curriculum_title: TextInLanguages | None

    @property
    def minutes(self) -> int:
        """Return the recognised minutes of the whole course."""
        return self.theory_minutes + self.practical_minutes

    @property
    def sdg_goals(self) -> list[int]:
        """Return the goals its targets belong to, the main one first."""
        return list(dict.fromkeys(int(target.split(".")[0]) for target in self.sdg_targets))


def catalogue_version() -> str:
    """Return the number that grows with every change a visitor can see, in one statement."""
    return str(db.session.scalar(select(CatalogueVersion.number)) or 0)


def published_courses() -> list[CourseSummary]:
    """Return all courses on offer in the order of the catalogue, in one statement."""
    rows = db.session.execute(
        select(
            Course.id,
            Course.code,
            Course.title,
            Course.level,
            Course.delivery,
            Course.languages,
            Course.sdg_targets,
            Course.theory_minutes,
            Course.practical_minutes,
            Course.is_demo,
            Course.prerequisite_code,
            Curriculum.code,
            case((OPEN_FIELD, Curriculum.title)),
        )
        .join(Curriculum, Curriculum.id == Course.curriculum_id)
        .where(PUBLISHED)
        .order_by(Curriculum.position, Course.position)
    )
    return [CourseSummary(*tuple(row)) for row in rows]


def course_by_code(code: str) -> Course | None:
    """Return a course with its curriculum and the modules on offer, in one statement."""
    return (
        db.session.scalars(
            select(Course)
            .join(Course.curriculum)
            .options(contains_eager(Course.curriculum), joinedload(Course.modules))
            .where(Course.code == code)
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )


def _published_modules() -> Mapping[int, Sequence[Module]]:
    rows = db.session.execute(
        select(CourseVersion.course_id, Module)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .where(CourseVersion.state == PublicationState.PUBLISHED)
        .order_by(CourseVersion.course_id, Module.position)
    )
    return {
        course_id: [module for _course_id, module in group]
        for course_id, group in groupby(rows, lambda row: row[0])
    }


@dataclass(frozen=True)
class Neighbour:
    """A course before or after another; `is_published` tells whether it can be linked."""

    code: str
    title: TextInLanguages
    is_published: bool


def neighbours(course: Course) -> tuple[Neighbour | None, list[Neighbour]]:
    """Return the course this one needs, and the published ones that need it."""
    rows = db.session.execute(
        select(Course.code, Course.title, Course.state)
        .where(
            or_(Course.code == course.prerequisite_code, Course.prerequisite_code == course.code)
        )
        .order_by(Course.position)
    ).all()
    found = [
        Neighbour(code, title, state == PublicationState.PUBLISHED) for code, title, state in rows
    ]
    before = next((each for each in found if each.code == course.prerequisite_code), None)
    return before, [each for each in found if each is not before and each.is_published]


# --- versions --------------------------------------------------------------------------


def version_with_course(version_id: int) -> CourseVersion | None:
    """Return a version with its course and curriculum, in one statement."""
    return db.session.scalar(
        select(CourseVersion)
        .join(CourseVersion.course)
        .join(Course.curriculum)
        .options(contains_eager(CourseVersion.course).contains_eager(Course.curriculum))
        .where(CourseVersion.id == version_id)
    )


def versions_of(course_id: int) -> Sequence[CourseVersion]:
    """Return the versions of a course, the newest first."""
    return db.session.scalars(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
    ).all()


def newest_version(course_id: int) -> CourseVersion:
    """Return the version begun last: the draft when there is one."""
    return versions_of(course_id)[0]


def published_version(course_id: int) -> CourseVersion | None:
    """Return the version that is on offer."""
    return db.session.scalar(
        select(CourseVersion).where(
            CourseVersion.course_id == course_id, CourseVersion.state == PublicationState.PUBLISHED
        )
    )


def modules_of(version_id: int) -> Sequence[Module]:
    """Return the modules of a version in order."""
    return db.session.scalars(
        select(Module).where(Module.version_id == version_id).order_by(Module.position)
    ).all()


def module_with_version(module_id: int) -> Module | None:
    """Return a module with its version and course, in one statement."""
    return db.session.scalar(
        select(Module)
        .join(Module.version)
        .join(CourseVersion.course)
        .options(contains_eager(Module.version).contains_eager(CourseVersion.course))
        .where(Module.id == module_id)
    )


# --- teaching staff and their list -----------------------------------------------------


@dataclass(frozen=True)
class ManagedCourse:
    """A course as the list of those who edit it shows it; `in_work` is its draft or review."""

    id: int
    code: str
    title: TextInLanguages
    state: PublicationState
    curriculum_title: TextInLanguages
    published_number: int | None
    in_work_number: int | None
    in_work_state: PublicationState | None


def managed_courses(taught_by: int | None) -> list[ManagedCourse]:
    """Return the courses to edit, in the order of the catalogue: all, or those somebody teaches."""
    published, in_work = aliased(CourseVersion), aliased(CourseVersion)
    statement = (
        select(
            Course.id,
            Course.code,
            func.coalesce(in_work.title, Course.title),
            Course.state,
            Curriculum.title,
            published.number,
            in_work.number,
            in_work.state,
        )
        .join(Curriculum, Curriculum.id == Course.curriculum_id)
        .outerjoin(
            published,
            (published.course_id == Course.id) & (published.state == PublicationState.PUBLISHED),
        )
        .outerjoin(in_work, (in_work.course_id == Course.id) & in_work.state.in_(IN_WORK))
        .order_by(Curriculum.position, Course.position, Course.id)
    )
    if taught_by is not None:
        mine = select(CourseTeacher.course_id).where(CourseTeacher.person_id == taught_by)
        statement = statement.where(Course.id.in_(mine))
    return [ManagedCourse(*row) for row in db.session.execute(statement)]


def teaches_course(person_id: int, course_id: int) -> bool:
    """Tell whether somebody belongs to the teaching staff of a course."""
    return bool(
        db.session.scalar(
            select(CourseTeacher.course_id).where(
                CourseTeacher.course_id == course_id, CourseTeacher.person_id == person_id
            )
        )
    )


def teachers_of(course_id: int) -> Sequence[CourseTeacher]:
    """Return the teaching staff of a course with their names, in one statement."""
    return db.session.scalars(
        select(CourseTeacher)
        .join(CourseTeacher.person)
        .options(contains_eager(CourseTeacher.person))
        .where(CourseTeacher.course_id == course_id)
        .order_by(Person.full_name, Person.id)
    ).all()


# --- search ----------------------------------------------------------------------------


def search_courses(query: str) -> dict[int, int]:
    """Return the published courses that have every word of the query, by id, with their rank.

    One statement whatever the query; nothing is found by a query without a letter or digit.
    """
    words = words_of_query(query)
    if not words:
        return {}
    found = union_all(*(_courses_with(word) for word in words)).subquery()
    rows = db.session.execute(
        select(found.c.course_id, func.sum(found.c.weight))
        .join(Course, Course.id == found.c.course_id)
        .where(PUBLISHED)
        .group_by(found.c.course_id)
        .having(func.count() == len(words))
    )
    return {course_id: int(rank) for course_id, rank in rows}


def _courses_with(word: str) -> Select[int, int]:
    exactly = CourseTerm.term == word
    # A word found whole counts more than the beginning of a longer one.
    weight = func.max(CourseTerm.weight * case((exactly, 2), else_=1))
    return (
        select(CourseTerm.course_id, weight.label("weight"))
        .where(_matches(word))
        .group_by(CourseTerm.course_id)
    )


def _matches(word: str) -> ColumnElement[bool]:
    if is_pair(word):
        return CourseTerm.term == word
    begins = CourseTerm.term.startswith(word, autoescape=True)
    if is_syllable(word):  # the last one of a run begins no pair
        return or_(begins, CourseTerm.term.endswith(word, autoescape=True))
    return begins


# --- export ----------------------------------------------------------------------------


def catalogue_as_file() -> CatalogueFile:
    """Return the published catalogue as a file holds it."""
    modules = _published_modules()
    courses = db.session.scalars(
        select(Course)
        .join(Course.curriculum)
        .options(contains_eager(Course.curriculum))
        .where(PUBLISHED)
        .order_by(Course.position)
    ).all()
    used = {course.curriculum for course in courses}
    return CatalogueFile(
        curricula=[
            CurriculumEntry(row.code, row.title.texts, row.summary.texts)
            for row in sorted(used, key=lambda row: row.position)
        ],
        courses=[_entry(course, modules.get(course.id, ())) for course in courses],
    )


def _entry(course: Course, modules: Sequence[Module]) -> CourseEntry:
    return CourseEntry(
        code=course.code,
        curriculum=course.curriculum.code,
        level=course.level,
        delivery=course.delivery,
        languages=course.languages,
        sdg_targets=course.sdg_targets,
        crs_code=course.crs_code,
        city_slugs=course.city_slugs,
        prerequisite=course.prerequisite_code,
        title=course.title.texts,
        objectives=lines_of(course.objectives),
        modules=[ModuleEntry(module.title.texts, minutes_of(module)) for module in modules],
        is_demo=course.is_demo,
    )


def minutes_of(module: Module) -> dict[str, int]:
    """Return the recognised minutes of a module by the letters of the catalogue's file."""
    return {
        "L": module.live_minutes,
        "R": module.recorded_minutes,
        "P": module.practice_minutes,
        "D": module.discussion_minutes,
        "F": module.field_minutes,
    }
