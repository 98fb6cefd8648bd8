"""What timetables show: the sittings and day items of a run, of a person, of the public."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from lms.core.db import execute
from lms.courses.models import CatalogueVersion, Course
from lms.enrolment.models import CourseRun, Enrolment, RunInstructor, RunState
from lms.enrolment.rules import ACTIVE_STATES
from lms.seminars.models import DayItem, Sitting, SittingPerson, SittingState
from lms.seminars.queries import SittingRow, rows_of, sittings_of_run, sittings_with
from lms.seminars.queries.entries import DayItemRow, Span
from lms.seminars.rules.sittings import OPENS_BEFORE, Phase, is_announced

# --- whose sittings --------------------------------------------------------------------

_IS_ANNOUNCED = Sitting.state != SittingState.PLANNED
_STARTS: Any = bindparam("window_starts")
_ENDS: Any = bindparam("window_ends")
_IN_WINDOW = or_(
    and_(Sitting.starts_at < _ENDS, Sitting.ends_at > _STARTS),
    and_(
        Sitting.state == SittingState.POSTPONED,
        Sitting.previous_starts_at < _ENDS,
        Sitting.previous_ends_at > _STARTS,
    ),
)
_other = aliased(Sitting)
# The other slots of what is in the window: they are named beside it, wherever they lie.
_REPEATS_WHAT_IS = (
    exists()
    .where(_other.run_id == Sitting.run_id, _other.lesson_id == Sitting.lesson_id)
    .where(_other.starts_at < _ENDS, _other.ends_at > _STARTS)
    .correlate(Sitting)
)
_WINDOW = or_(_IN_WINDOW, _REPEATS_WHAT_IS)

_MY_RUNS = select(Enrolment.run_id).where(
    Enrolment.person_id == bindparam("person_id"), Enrolment.state.in_(ACTIVE_STATES)
)
_HELD = select(SittingPerson.sitting_id).where(SittingPerson.person_id == bindparam("person_id"))
_TAUGHT = select(RunInstructor.run_id).where(RunInstructor.person_id == bindparam("person_id"))

# Plans are seen by those who manage the run: staff and its instructors.
_IS_MINE = or_(
    and_(_IS_ANNOUNCED, Sitting.run_id.in_(_MY_RUNS)),
    and_(
        Sitting.id.in_(_HELD),
        or_(_IS_ANNOUNCED, bindparam("sees_plans", type_=Boolean), Sitting.run_id.in_(_TAUGHT)),
    ),
)
_IS_FOR_ALL: ColumnElement[bool] = and_(
    Sitting.is_public == true(), _IS_ANNOUNCED, CourseRun.state != RunState.DRAFT
)

_MINE = sittings_with().where(_IS_MINE, _WINDOW)
_FOR_ALL = sittings_with().where(_IS_FOR_ALL, _WINDOW)


def run_sittings(run_id: int, *, sees_plans: bool) -> list[SittingRow]:
    """Return the sittings of a run; those only planned for who manages it."""
    rows = sittings_of_run(run_id)
    return [row for row in rows if sees_plans or is_announced(row.state)]


def my_sittings(person_id: int, shown: Span, *, sees_plans: bool) -> list[SittingRow]:
    """Return the sittings in a window of the runs a person is in, and those they hold.

    With them come the other slots of the same sessions, wherever they lie.
    """
    return rows_of(_MINE, person_id=person_id, sees_plans=sees_plans, **_named(shown))


def public_sittings(shown: Span) -> list[SittingRow]:
    """Return the sittings in a window that everybody may come to."""
    return rows_of(_FOR_ALL, **_named(shown))


def _named(shown: Span) -> dict[str, datetime]:
    return {"window_starts": shown[0], "window_ends": shown[1]}


# --- what comes next -------------------------------------------------------------------

_IS_TO_COME = and_(
    Sitting.state == SittingState.SCHEDULED,
    Sitting.ends_at > bindparam("now"),
    CourseRun.state != RunState.CANCELLED,
)
_MY_NEXT = sittings_with().where(_IS_MINE, _IS_TO_COME).limit(bindparam("most"))
_NEXT_OF_RUN = sittings_with().where(Sitting.run_id == bindparam("run_id"), _IS_TO_COME).limit(1)
_NEXT_FOR_ALL = sittings_with().where(_IS_FOR_ALL, _IS_TO_COME).limit(1)

Next = tuple[SittingRow, Phase]


def my_next_sittings(person_id: int, now: datetime, most: int = 3) -> list[Next]:
    """Return what somebody comes to next, with where it stands, in one statement."""
    rows = rows_of(_MY_NEXT, person_id=person_id, sees_plans=False, now=now, most=most)
    return [(row, row.phase(now)) for row in rows]


def next_sitting_of_run(run_id: int, now: datetime) -> Next | None:
    """Return the next sitting of a run that takes place, with where it stands."""
    rows = rows_of(_NEXT_OF_RUN, run_id=run_id, now=now)
    return next(((row, row.phase(now)) for row in rows), None)


def next_public_sitting(after: datetime) -> SittingRow | None:
    """Return the first sitting for everybody that ends after a moment."""
    return next(iter(rows_of(_NEXT_FOR_ALL, now=after)), None)


# --- days without a clock --------------------------------------------------------------

_DAY_ITEMS = (
    select(
        DayItem.id, DayItem.run_id, DayItem.title, DayItem.first_on, DayItem.last_on, Course.code
    )
    .join(CourseRun, CourseRun.id == DayItem.run_id)
    .join(Course, Course.id == CourseRun.course_id)
    .where(DayItem.is_cancelled.is_(False))
    .order_by(DayItem.first_on, DayItem.id)
)
_DAY_ITEMS_OF_RUN = _DAY_ITEMS.where(DayItem.run_id == bindparam("run_id"))
_MY_DAY_ITEMS = _DAY_ITEMS.where(
    DayItem.run_id.in_(_MY_RUNS),
    DayItem.first_on <= bindparam("last_on"),
    DayItem.last_on >= bindparam("first_on"),
)


def day_items_of_run(run_id: int) -> list[DayItemRow]:
    """Return what takes whole days in a run."""
    return [DayItemRow(*row) for row in execute(_DAY_ITEMS_OF_RUN, {"run_id": run_id})]


def my_day_items(person_id: int, first_day: date, last_day: date) -> list[DayItemRow]:
    """Return what takes whole days, among some days, in the runs a person is in."""
    values = {"person_id": person_id, "first_on": first_day, "last_on": last_day}
    return [DayItemRow(*row) for row in execute(_MY_DAY_ITEMS, values)]


# --- what kept pages depend on ---------------------------------------------------------


def _passed(moment: Any, name: str) -> Any:
    return func.count(case((moment <= bindparam(name), 1)))


_HOLDERS = (
    select(func.coalesce(func.sum(SittingPerson.id), 0))
    .join(Sitting, Sitting.id == SittingPerson.sitting_id)
    .where(Sitting.is_public == true())
    .scalar_subquery()
)
_VERSION = select(
    select(CatalogueVersion.number).scalar_subquery(),
    _HOLDERS,
    func.count(),
    func.sum(Sitting.revision),
    func.max(Sitting.changed_at),
    func.count(Sitting.recording_published_at),
    _passed(Sitting.starts_at, "opens_until"),
    _passed(Sitting.starts_at, "now"),
    _passed(Sitting.ends_at, "now"),
).where(Sitting.is_public == true())


def public_version(now: datetime) -> str:
    """Return what changes whenever the public timetable does, in one statement.

    Of the catalogue its version, which titles depend on; of public sittings what changes with
    each of their changes, and how many have opened, begun and ended by now.
    """
    values = {"now": now, "opens_until": now + OPENS_BEFORE}
    return " ".join(map(str, execute(_VERSION, values).one()))
