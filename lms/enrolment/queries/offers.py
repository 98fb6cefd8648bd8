"""What can be joined: courses and their runs as visitors and trainees see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, func, select

from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.courses.models import Delivery, Level
from lms.courses.queries import CourseSummary, search_courses
from lms.enrolment import rules
from lms.enrolment.models import CourseRun, RunState
from lms.organisations.models import City

ON_OFFER = (RunState.APPROVED, RunState.RUNNING)
EARLIER = (RunState.JUDGING, RunState.COMPLETED, RunState.ARCHIVED)


# --- runs as visitors see them ---------------------------------------------------------


@dataclass(frozen=True)
class RunRow:
    """A run as a card or a row shows it; `bar` is why nobody can enrol in it now."""

    id: int
    course_id: int
    cohort_no: int
    facts: rules.RunFacts
    starts_on: date
    ends_on: date
    working_language: str
    completion_percent: int
    is_demo: bool
    bar: rules.Bar | None

    @property
    def is_open(self) -> bool:
        """Tell whether people can enrol now."""
        return self.bar is None

    @property
    def is_earlier(self) -> bool:
        """Tell whether the run belongs to the history of its course."""
        return self.facts.state not in ON_OFFER


def _run_rows(statement: Select[CourseRun], now: datetime) -> list[RunRow]:
    rows = []
    for run in db.session.scalars(statement):
        facts = rules.RunFacts.of(run)
        rows.append(
            RunRow(
                id=run.id,
                course_id=run.course_id,
                cohort_no=run.cohort_no,
                facts=facts,
                starts_on=run.starts_on,
                ends_on=run.ends_on,
                working_language=run.working_language,
                completion_percent=run.completion_percent,
                is_demo=run.is_demo,
                bar=rules.bar_to_run(facts, now=now),
            )
        )
    return rows


def runs_on_offer(now: datetime) -> dict[int, list[RunRow]]:
    """Return the runs people can enrol in now or soon, by course: open ones first, by date."""
    rows = _run_rows(
        select(CourseRun)
        .where(CourseRun.state.in_(ON_OFFER), CourseRun.ends_on >= rules.busan_day(now))
        .order_by(CourseRun.starts_on, CourseRun.id),
        now,
    )
    by_course: dict[int, list[RunRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: not row.is_open):
        by_course[row.course_id].append(row)
    return by_course


def runs_of_course(course_id: int, now: datetime) -> list[RunRow]:
    """Return the runs of a course that visitors may know of: open, upcoming, then earlier ones."""
    rows = _run_rows(
        select(CourseRun)
        .where(CourseRun.course_id == course_id, CourseRun.state.in_([*ON_OFFER, *EARLIER]))
        .order_by(CourseRun.starts_on.desc(), CourseRun.id),
        now,
    )
    return sorted(rows, key=lambda row: (row.is_earlier, not row.is_open))


# --- the catalogue ---------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A course with the run that matters most to somebody who looks for one."""

    course: CourseSummary
    run: RunRow | None


@dataclass(frozen=True)
class Choices:
    """What the filters of the catalogue offer: only what some course has."""

    fields: Mapping[str, TextInLanguages]
    levels: Sequence[str]
    deliveries: Sequence[str]
    languages: Sequence[str]
    goals: Sequence[int]


def choices_of(offered: Sequence[CourseSummary]) -> Choices:
    """Return the choices that these courses leave."""
    return Choices(
        fields={
            course.curriculum_code: course.curriculum_title
            for course in offered
            if course.curriculum_title is not None
        },
        levels=_in_order_of(Level, {course.level for course in offered}),
        deliveries=_in_order_of(Delivery, {course.delivery for course in offered}),
        languages=sorted({language for course in offered for language in course.languages}),
        goals=sorted({goal for course in offered for goal in course.sdg_goals}),
    )


def _in_order_of(enum: type[StrEnum], present: set[str]) -> list[str]:
    return [str(member) for member in enum if member in present]


def offers(
    offered: Sequence[CourseSummary], filters: rules.CatalogueFilters, *, now: datetime
) -> list[Offer]:
    """Return the courses that fit the filters, best first.

    By how well the words fit when there are some, else what can be joined soonest comes first;
    what is equal stays in the order of the catalogue. Two statements.
    """
    runs = runs_on_offer(now)
    ranks = search_courses(filters.q) if filters.q else {}
    today = rules.busan_day(now)
    found = []
    for course in offered:
        if not filters.takes(course) or (filters.q and course.id not in ranks):
            continue
        if filters.runs:
            fitting = [run for run in runs[course.id] if _fits(run, filters.runs, today)]
            if not fitting:
                continue
            found.append(Offer(course, fitting[0]))
        else:
            found.append(Offer(course, next(iter(runs[course.id]), None)))
    return sorted(found, key=lambda offer: (-ranks.get(offer.course.id, 0), _urgency(offer)))


def _fits(run: RunRow, wanted: str, today: date) -> bool:
    if wanted == rules.When.OPEN:
        return run.is_open
    return rules.starts_soon(run.starts_on, today=today)


def _urgency(offer: Offer) -> int:
    if offer.run is None:
        return 2
    return 0 if offer.run.is_open else 1


# --- cities ----------------------------------------------------------------------------


def cities_named(slugs: Sequence[str]) -> list[TextInLanguages]:
    """Return the names of the cities we know among these, in the order given."""
    rows = db.session.execute(select(City.slug, City.name).where(City.slug.in_(slugs)))
    names = {row.slug: row.name for row in rows}
    return [names[slug] for slug in slugs if slug in names]


def count_cities() -> int:
    """Return how many cities have a tie with Busan."""
    return db.session.scalar(select(func.count()).select_from(City)) or 0
