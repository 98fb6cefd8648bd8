"""What the planning pages of a run show: its lessons, who could hold a sitting, what clashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, func, or_, select

from lms.accounts.models import Person, PersonRole, PersonState, Role
from lms.accounts.queries import Change
from lms.core.audit import StatusEvent
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.courses.models import Course, Module
from lms.enrolment.models import CourseRun, Enrolment, RunInstructor
from lms.enrolment.rules import ACTIVE_STATES
from lms.lessons.models import Lesson, LessonKind, Material, MaterialKind, MaterialState
from lms.lessons.rules.outline import STUDIED_ALONE
from lms.seminars.models import DayItem, HeadCount, Sitting, SittingPerson, SittingState
from lms.seminars.queries import SittingRow, rows_of, sittings_with
from lms.seminars.rules.planning import Engagement

TAKES_TIME = (SittingState.PLANNED, SittingState.SCHEDULED)
HANDED_IN = (MaterialState.SUBMITTED, MaterialState.APPROVED, MaterialState.RELEASED)


@dataclass(frozen=True)
class PlannedLesson:
    """A lesson held at a time, as the plan of a run shows it."""

    id: int
    kind: LessonKind
    title: TextInLanguages
    recognised_minutes: int
    module_position: int
    position: int
    slides: int

    @property
    def number(self) -> str:
        """Return its place in the outline, as in "2.1"."""
        return f"{self.module_position}.{self.position}"


_slides = (
    select(func.count(Material.id))
    .where(
        Material.lesson_id == Lesson.id,
        Material.kind.in_((MaterialKind.SLIDES, MaterialKind.HANDOUT)),
        Material.state.in_(HANDED_IN),
    )
    .scalar_subquery()
)
_LESSONS = (
    select(
        Lesson.id,
        Lesson.kind,
        Lesson.title,
        Lesson.recognised_minutes,
        Module.position,
        Lesson.position,
        _slides,
    )
    .join(Module, Module.id == Lesson.module_id)
    .join(CourseRun, CourseRun.course_version_id == Module.version_id)
    .where(CourseRun.id == bindparam("run_id"), Lesson.kind.not_in(STUDIED_ALONE))
    .order_by(Module.position, Lesson.position)
)


def lessons_to_plan(run_id: int) -> list[PlannedLesson]:
    """Return the lessons of a run held at a time in their order, with the slides handed in."""
    return [PlannedLesson(*row) for row in execute(_LESSONS, {"run_id": run_id})]


def lessons_of_run(run_id: int, lesson_ids: Sequence[int]) -> list[Lesson]:
    """Return those lessons of a run's version that are among these, in the order of the outline."""
    return list(
        db.session.scalars(
            select(Lesson)
            .join(Module, Module.id == Lesson.module_id)
            .join(CourseRun, CourseRun.course_version_id == Module.version_id)
            .where(CourseRun.id == run_id, Lesson.id.in_(lesson_ids))
            .order_by(Module.position, Lesson.position)
        )
    )


# --- one sitting -----------------------------------------------------------------------


def sitting_with_repeats(sitting: Sitting) -> tuple[SittingRow, list[SittingRow]]:
    """Return a sitting as pages show it, and the others that repeat its lesson; one statement."""
    wanted = Sitting.id == sitting.id
    if sitting.lesson_id is not None:
        wanted = and_(Sitting.run_id == sitting.run_id, Sitting.lesson_id == sitting.lesson_id)
    rows = rows_of(sittings_with().where(wanted))
    (own,) = (row for row in rows if row.id == sitting.id)
    return own, [row for row in rows if row.id != sitting.id]


def history_of_sitting(sitting_id: int) -> list[Change]:
    """Return how a sitting and its counts came to be as they are, newest first.

    Both are recorded under the sitting's own id. Who holds it is left out: the history keeps their
    ids, which say nothing to a reader.
    """
    rows = db.session.execute(
        select(
            StatusEvent.old, StatusEvent.new, StatusEvent.reason, StatusEvent.at, Person.full_name
        )
        .outerjoin(Person, Person.id == StatusEvent.actor_id)
        .where(
            StatusEvent.entity.in_(("sitting", "head_count")),
            StatusEvent.entity_id == sitting_id,
        )
        .order_by(StatusEvent.at.desc(), StatusEvent.id.desc())
    )
    return [Change(old, new, reason, at, actor or "") for old, new, reason, at, actor in rows]


def head_counts_of(sitting_id: int) -> Sequence[HeadCount]:
    """Return the counts at the boardings of a sitting, in the order they were first made."""
    return db.session.scalars(
        select(HeadCount).where(HeadCount.sitting_id == sitting_id).order_by(HeadCount.id)
    ).all()


def count_of_active(run_id: int) -> int:
    """Return how many people are in a run."""
    return (
        db.session.scalar(
            select(func.count(Enrolment.id)).where(
                Enrolment.run_id == run_id, Enrolment.state.in_(ACTIVE_STATES)
            )
        )
        or 0
    )


# --- who holds it, or could ------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Somebody with an account who may hold a sitting; a run's own instructors come first."""

    id: int
    name: str
    teaches_run: bool
    is_busy: bool


def people_to_choose(sitting: Sitting) -> list[Choice]:
    """Return who may be named as holding a sitting: instructors and staff, the run's own first.

    Busy is who holds another one then.
    """
    may_hold = select(PersonRole.person_id).where(
        PersonRole.role.in_((Role.INSTRUCTOR, Role.STAFF))
    )
    of_run = select(RunInstructor.person_id).where(RunInstructor.run_id == sitting.run_id)
    elsewhere = (
        select(SittingPerson.person_id)
        .join(Sitting, Sitting.id == SittingPerson.sitting_id)
        .where(
            Sitting.id != sitting.id,
            Sitting.state.in_(TAKES_TIME),
            Sitting.starts_at < sitting.ends_at,
            Sitting.ends_at > sitting.starts_at,
            SittingPerson.person_id.is_not(None),
        )
    )
    teaches_run = Person.id.in_(of_run)
    rows = db.session.execute(
        select(Person.id, Person.full_name, teaches_run, Person.id.in_(elsewhere))
        .where(Person.state == PersonState.ACTIVE, or_(Person.id.in_(may_hold), teaches_run))
        .order_by(teaches_run.desc(), Person.full_name, Person.id)
    )
    return [Choice(id_, name, bool(own), bool(busy)) for id_, name, own, busy in rows]


def holder_of_sitting(sitting_id: int, holder_id: int) -> SittingPerson | None:
    """Return one of those who hold a sitting."""
    return db.session.scalar(
        select(SittingPerson).where(
            SittingPerson.id == holder_id, SittingPerson.sitting_id == sitting_id
        )
    )


def engagements_around_run(run_id: int, now: datetime) -> list[Engagement]:
    """Return what the people who hold sittings of a run are to hold, here and in other runs."""
    ours = select(SittingPerson.person_id).join(Sitting, Sitting.id == SittingPerson.sitting_id)
    return _engagements(ours.where(Sitting.run_id == run_id), now)


def engagements_around_sitting(sitting_id: int, now: datetime) -> list[Engagement]:
    """Return what the people who hold one sitting are to hold."""
    ours = select(SittingPerson.person_id).where(SittingPerson.sitting_id == sitting_id)
    return _engagements(ours, now)


def _engagements(people: Select[int | None], now: datetime) -> list[Engagement]:
    rows = db.session.execute(
        select(
            Person.id,
            Person.full_name,
            Sitting.id,
            Sitting.run_id,
            Course.code,
            CourseRun.cohort_no,
            Sitting.starts_at,
            Sitting.ends_at,
        )
        .distinct()
        .join(SittingPerson, SittingPerson.person_id == Person.id)
        .join(Sitting, Sitting.id == SittingPerson.sitting_id)
        .join(CourseRun, CourseRun.id == Sitting.run_id)
        .join(Course, Course.id == CourseRun.course_id)
        .where(
            Person.id.in_(people),
            Sitting.ends_at > now,
            Sitting.state.in_(TAKES_TIME),
        )
    )
    return [Engagement(*row) for row in rows]


# --- days ------------------------------------------------------------------------------


def day_items_of_run(run_id: int) -> Sequence[DayItem]:
    """Return what takes whole days in a run, those taken out excepted, by day."""
    return db.session.scalars(
        select(DayItem)
        .where(DayItem.run_id == run_id, DayItem.is_cancelled.is_(False))
        .order_by(DayItem.first_on, DayItem.id)
    ).all()


def day_item_by_id(item_id: int) -> DayItem | None:
    """Return what takes whole days in some run, taken out or not."""
    return db.session.get(DayItem, item_id)
