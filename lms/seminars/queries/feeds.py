"""Calendar feeds: whose one is, what is in it, which ones a person has or could have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Executable, and_, bindparam, or_, select

from lms.accounts.models import Person, PersonState
from lms.core.db import db, execute
from lms.core.secrets import token_hash
from lms.core.text import TextInLanguages
from lms.courses.models import CatalogueVersion, Course, CourseVersion
from lms.enrolment.models import CourseRun, Enrolment, RunState
from lms.enrolment.rules import ACTIVE_STATES
from lms.organisations.models import Affiliation, City
from lms.seminars.models import CalendarFeed, DayItem, Sitting, SittingPerson, SittingState
from lms.seminars.queries import SittingRow, rows_of, sittings_with

ALL = "all"

# So long a calendar is told that something was called off, counted from the later of when it was
# and when it would have been over; after that it is left out.
STRUCK_FOR = timedelta(days=60)


def scope_of(run_id: int | None) -> str:
    """Return what a feed is called among those of its person: of which run, or of all."""
    return ALL if run_id is None else str(run_id)


# --- whose feed it is ------------------------------------------------------------------


@dataclass(frozen=True)
class FoundFeed:
    """A living feed with what its person's calendar is written by; `course_title` of its run's.

    Titles are what they were as long as `catalogue_version` is.
    """

    id: int
    run_id: int | None
    fetched_at: datetime | None
    person_id: int
    language: str
    time_zone: str
    city_languages: Sequence[str] | None
    course_title: TextInLanguages | None
    catalogue_version: int


_FEED = (
    select(
        CalendarFeed.id,
        CalendarFeed.run_id,
        CalendarFeed.fetched_at,
        Person.id,
        Person.preferred_language,
        Person.time_zone,
        City.training_languages,
        CourseVersion.title,
        select(CatalogueVersion.number).scalar_subquery(),
    )
    .join(Person, Person.id == CalendarFeed.person_id)
    .outerjoin(Affiliation, Affiliation.person_id == Person.id)
    .outerjoin(City, City.id == Affiliation.city_id)
    .outerjoin(CourseRun, CourseRun.id == CalendarFeed.run_id)
    .outerjoin(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
    .where(
        CalendarFeed.token_hash == bindparam("token_hash"),
        CalendarFeed.revoked_at.is_(None),
        Person.state == PersonState.ACTIVE,
    )
)


def feed_by_token(token: str) -> FoundFeed | None:
    """Return the living feed of a token; None once it is revoked, or its person has no account."""
    row = execute(_FEED, {"token_hash": token_hash(token)}).first()
    return None if row is None else FoundFeed(*row)


# --- what is in it ---------------------------------------------------------------------

_PERSON: Any = bindparam("person_id")
_SINCE: Any = bindparam("since")
_RUNS_IN = select(Enrolment.run_id).where(
    Enrolment.person_id == _PERSON, Enrolment.state.in_(ACTIVE_STATES)
)
_HELD = select(SittingPerson.sitting_id).where(SittingPerson.person_id == _PERSON)
_HOLDS_IN = select(Sitting.run_id).where(Sitting.id.in_(_HELD))

_IS_ANNOUNCED = Sitting.state != SittingState.PLANNED
_IS_ON = Sitting.state != SittingState.CANCELLED
_IS_TOLD = and_(_IS_ANNOUNCED, or_(_IS_ON, Sitting.changed_at > _SINCE, Sitting.ends_at > _SINCE))
_IS_THEIRS = or_(Sitting.run_id.in_(_RUNS_IN), Sitting.id.in_(_HELD))
_IS_OF_RUN = Sitting.run_id == bindparam("run_id")

_SITTINGS = sittings_with().where(_IS_TOLD, _IS_THEIRS)
_SITTINGS_IN_RUN = _SITTINGS.where(_IS_OF_RUN)
_SITTINGS_OF_RUN = sittings_with().where(_IS_TOLD, _IS_OF_RUN)


def sittings_for(person_id: int, run_id: int | None, now: datetime) -> list[SittingRow]:
    """Return what a person comes to and holds, in a run or in all; what was only planned not."""
    values: dict[str, Any] = {"person_id": person_id, "since": now - STRUCK_FOR}
    if run_id is None:
        return rows_of(_SITTINGS, **values)
    return rows_of(_SITTINGS_IN_RUN, **values, run_id=run_id)


def sittings_told_of_run(run_id: int, now: datetime) -> list[SittingRow]:
    """Return what everybody in a run has been told of."""
    return rows_of(_SITTINGS_OF_RUN, run_id=run_id, since=now - STRUCK_FOR)


_REVISIONS = _SITTINGS.with_only_columns(
    *(Sitting.id, Sitting.revision, CourseRun.state, CourseRun.working_language),
    maintain_column_froms=True,
)
_REVISIONS_IN_RUN = _REVISIONS.where(_IS_OF_RUN)


def revisions_for(person_id: int, run_id: int | None, now: datetime) -> tuple[Any, ...]:
    """Return what changes whenever one of `sittings_for` does, titles of the catalogue excepted,
    and when another comes or goes."""
    values: dict[str, Any] = {"person_id": person_id, "since": now - STRUCK_FOR}
    if run_id is None:
        return tuple(map(tuple, execute(_REVISIONS, values)))
    return tuple(map(tuple, execute(_REVISIONS_IN_RUN, {**values, "run_id": run_id})))


@dataclass(frozen=True)
class DayRow:
    """Something of whole days as calendars know it."""

    uid: str
    sequence: int
    title: TextInLanguages
    first_on: date
    last_on: date
    is_off: bool
    updated_at: datetime
    course_code: str
    working_language: str


_ARE_OFF = or_(DayItem.is_cancelled, CourseRun.state == RunState.CANCELLED)
_DAYS = (
    select(
        DayItem.uid,
        DayItem.sequence,
        DayItem.title,
        DayItem.first_on,
        DayItem.last_on,
        _ARE_OFF,
        DayItem.updated_at,
        Course.code,
        CourseRun.working_language,
    )
    .join(CourseRun, CourseRun.id == DayItem.run_id)
    .join(Course, Course.id == CourseRun.course_id)
    .where(or_(~_ARE_OFF, DayItem.updated_at > _SINCE, DayItem.last_on > bindparam("since_day")))
    .order_by(DayItem.first_on, DayItem.id)
)
_DAYS_OF_RUN = _DAYS.where(DayItem.run_id == bindparam("run_id"))
_DAYS_OF_PERSON = _DAYS.where(DayItem.run_id.in_(_RUNS_IN))
_DAYS_IN_RUN = _DAYS_OF_PERSON.where(DayItem.run_id == bindparam("run_id"))


def days_for(person_id: int, run_id: int | None, now: datetime) -> list[DayRow]:
    """Return what takes whole days in the runs a person is in, or in one of them."""
    if run_id is None:
        return _days(_DAYS_OF_PERSON, now, person_id=person_id)
    return _days(_DAYS_IN_RUN, now, person_id=person_id, run_id=run_id)


def days_told_of_run(run_id: int, now: datetime) -> list[DayRow]:
    """Return what takes whole days in a run."""
    return _days(_DAYS_OF_RUN, now, run_id=run_id)


def _days(statement: Executable, now: datetime, **values: Any) -> list[DayRow]:
    since = now - STRUCK_FOR
    rows = execute(statement, {**values, "since": since, "since_day": since.date()})
    return [DayRow(*row) for row in rows]


# --- which ones there are --------------------------------------------------------------


@dataclass(frozen=True)
class FeedChoice:
    """What a person has a feed of, or could have: a run, or without one all of them.

    `feed_id` and its times are those of the living feed, if there is one.
    """

    run_id: int | None
    course_code: str
    course_title: TextInLanguages | None
    cohort_no: int
    feed_id: int | None
    created_at: datetime | None
    fetched_at: datetime | None


_IS_LIVING = and_(CalendarFeed.person_id == _PERSON, CalendarFeed.revoked_at.is_(None))
_CURRENT = (RunState.APPROVED, RunState.RUNNING, RunState.JUDGING)
_CHOICES = (
    select(
        CourseRun.id,
        Course.code,
        CourseVersion.title,
        CourseRun.cohort_no,
        CalendarFeed.id,
        CalendarFeed.created_at,
        CalendarFeed.fetched_at,
    )
    .join(Course, Course.id == CourseRun.course_id)
    .join(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
    .outerjoin(CalendarFeed, and_(CalendarFeed.run_id == CourseRun.id, _IS_LIVING))
    .where(
        or_(
            CalendarFeed.id.is_not(None),
            and_(
                CourseRun.state.in_(_CURRENT),
                or_(CourseRun.id.in_(_RUNS_IN), CourseRun.id.in_(_HOLDS_IN)),
            ),
        )
    )
    .order_by(CourseRun.starts_on, CourseRun.id)
)
_CHOICE = _CHOICES.where(CourseRun.id == bindparam("run_id"))
_FEED_OF_ALL = select(CalendarFeed.id, CalendarFeed.created_at, CalendarFeed.fetched_at).where(
    _IS_LIVING, CalendarFeed.scope == ALL
)


def feed_choices(person_id: int) -> list[FeedChoice]:
    """Return what a person may have a feed of, all their runs first, with the feeds they have.

    A feed of a run they have left is among them, so that they can end it.
    """
    values = {"person_id": person_id}
    feed = execute(_FEED_OF_ALL, values).one_or_none() or (None, None, None)
    return [
        FeedChoice(None, "", None, 0, *feed),
        *(FeedChoice(*row) for row in execute(_CHOICES, values)),
    ]


def feed_choice(person_id: int, run_id: int) -> FeedChoice | None:
    """Return a run of which a person may have a feed, with the one they have."""
    row = execute(_CHOICE, {"person_id": person_id, "run_id": run_id}).one_or_none()
    return None if row is None else FeedChoice(*row)


def feed_of_person(person_id: int, feed_id: int) -> CalendarFeed | None:
    """Return a feed of a person, revoked or not."""
    return db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.id == feed_id, CalendarFeed.person_id == person_id)
    )
