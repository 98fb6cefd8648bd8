"""What somebody may read, as conditions: the one place pages, search, feeds and mails ask.

`Reach` says who reads. Every list of threads or posts is filtered by these, in its own statement;
who is told of a post is asked for many people in one (`for_each_person`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    false,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from lms.accounts.models import Person, PersonRole, Role
from lms.boards.models import (
    Audience,
    Board,
    BoardKind,
    NoticeAudience,
    PostState,
    Thread,
)
from lms.courses.models import Course, CourseTeacher
from lms.enrolment.models import (
    CourseRun,
    Enrolment,
    EnrolmentState,
    RunInstructor,
    RunState,
)
from lms.enrolment.rules import ACTIVE_STATES, LEFT_STATES
from lms.organisations.models import Affiliation, FocalPoint


@dataclass(frozen=True)
class Reach:
    """Who reads, on which day in Busan; `person_id` is None for visitors."""

    person_id: int | None
    today: date
    is_staff: bool = False
    teaches: bool = False

    @property
    def sort(self) -> "Sort":
        """Return what the shape of a statement depends on."""
        return Sort(self.person_id is not None, self.is_staff, self.teaches)

    @property
    def values(self) -> dict[str, Any]:
        """Return what a statement made for `any_reader` is executed with."""
        return {"reader_id": self.person_id, "reader_today": self.today}


class Sort(NamedTuple):
    """What readers for whom a statement is the same have in common."""

    is_signed_in: bool
    is_staff: bool
    teaches: bool


Condition = ColumnElement[bool]

# Written into the statement, not given with it: for a state it is given, no database takes the
# indexes of only those rows that are in this one.
PUBLISHED: Any = literal_column(f"'{PostState.PUBLISHED}'", String)

_READER: Any = bindparam("reader_id", type_=Integer)
_TODAY: Any = bindparam("reader_today", type_=Date)


def any_reader(sort: Sort) -> Reach:
    """Return the reach of whoever is named when the statement is executed, by `Reach.values`.

    To put a statement with these conditions together takes longer than to execute it: what every
    page asks is made once for each sort of reader (docs/decisions/0006).
    """
    return Reach(_READER if sort.is_signed_in else None, _TODAY, sort.is_staff, sort.teaches)


def readable_boards(reach: Reach) -> Select[int]:
    """Return the ids of the boards somebody may read."""
    return select(Board.id).where(is_readable(reach))


def stands_readable(reach: Reach) -> Condition:
    """Return whether a `Thread` stands on a board somebody may read.

    For lists of what is somebody's own: of "in these boards" SQLite makes a walk through all of
    their threads.
    """
    board = select(Board.id).where(Board.id == Thread.board_id, is_readable(reach))
    return board.correlate(Thread).exists()


def is_readable(reach: Reach) -> Condition:
    """Return whether somebody may read a `Board`: staff all, others none of a run in draft."""
    if reach.is_staff:
        return true()
    drafts = select(CourseRun.id).where(CourseRun.state == RunState.DRAFT)
    not_in_draft = or_(Board.run_id.is_(None), Board.run_id.not_in(drafts))
    for_everybody = Board.readable_by == Audience.EVERYBODY
    if reach.person_id is None:
        return and_(for_everybody, not_in_draft)
    may = or_(
        for_everybody,
        Board.readable_by == Audience.SIGNED_IN,
        and_(Board.readable_by == Audience.MEMBERS, is_member(reach)),
    )
    return and_(may, not_in_draft)


def is_member(reach: Reach) -> Condition:
    """Return whether somebody belongs to a `Board`'s run, curriculum, city or to the alumni."""
    if reach.person_id is None:
        return false()
    return or_(
        and_(
            Board.kind == BoardKind.RUN,
            or_(Board.run_id.in_(_runs_of(reach)), teaches_run_of(reach)),
        ),
        and_(Board.kind == BoardKind.CURRICULUM, Board.curriculum_id.in_(_curricula_of(reach))),
        and_(Board.kind == BoardKind.CITY, Board.city_id.in_(_cities_of(reach))),
        and_(Board.kind == BoardKind.ALUMNI, _is_alumnus(reach)),
    )


def teaches_run_of(reach: Reach) -> Condition:
    """Return whether somebody teaches the run of a `Board`."""
    if reach.person_id is None or not reach.teaches:
        return false()
    taught = (
        select(RunInstructor.run_id)
        .where(RunInstructor.person_id == reach.person_id)
        .correlate(Person)
    )
    return Board.run_id.in_(taught)


def is_listed(reach: Reach, now: datetime) -> Condition:
    """Return whether a `Thread` stands in the lists of somebody who may read its board.

    It is seen, for them, and has not expired. Join or filter the board by `is_readable` besides.
    """
    return and_(
        Thread.state == PUBLISHED,
        is_for(reach),
        or_(Thread.expires_at.is_(None), Thread.expires_at > now),
    )


def is_for(reach: Reach) -> Condition:
    """Return whether somebody may read a `Thread` of their boards: only notices leave anybody out.

    It is meant for them, is their own, or stands on the board of a run they teach: who moderates
    there may say anew whom it is for.
    """
    if reach.is_staff or reach.person_id is None:
        return is_meant_for(reach)
    own = Thread.author_id == reach.person_id
    return or_(is_meant_for(reach), own, _stands_where_taught(reach))


def is_meant_for(reach: Reach) -> Condition:
    """Return whether a `Thread` is meant for somebody: whom a notice is told to."""
    if reach.is_staff:
        return true()
    for_all = Thread.audience == NoticeAudience.ALL
    if reach.person_id is None:
        return for_all
    return or_(
        for_all,
        and_(Thread.audience == NoticeAudience.TRAINEES, _is_enrolled(reach)),
        and_(Thread.audience == NoticeAudience.ALUMNI, _is_alumnus(reach)),
        and_(Thread.audience == NoticeAudience.INSTRUCTORS, literal(reach.teaches)),
        and_(Thread.audience == NoticeAudience.FOCAL_POINTS, _speaks_for_a_city(reach)),
    )


# --- many people at once ---------------------------------------------------------------


def for_each_person(today: date, condition: Callable[[Reach], Condition]) -> Condition:
    """Return what a condition on a reader says of each `Person` of a statement.

    Staff count like anybody else here: what they may read by their office concerns few of them.
    """
    person_id: Any = Person.id
    teaching = Reach(person_id, today, teaches=True)
    return or_(
        condition(Reach(person_id, today)),
        and_(_has_role(Role.INSTRUCTOR), condition(teaching)),
    )


def each_may_read(today: date) -> Condition:
    """Return whether each `Person` of a statement may read its `Board` and `Thread`."""
    as_reader = for_each_person(today, lambda reach: and_(is_readable(reach), is_for(reach)))
    return or_(_has_role(Role.STAFF, Role.ADMIN), as_reader)


def is_in_charge(board: Board, taught: Select[int]) -> Condition:
    """Return whether a `Person` is among the teachers of a board and may read it.

    Who is no instructor any more is still named by what they taught.
    """
    if board.readable_by == Audience.STAFF:
        return false()
    return and_(Person.id.in_(taught), _has_role(Role.INSTRUCTOR))


def in_charge_of(board: Board, taught: Select[int] | None) -> Condition:
    """Return whether a `Person` sees to a board: the staff, and who has taught what it is of."""
    staff = _has_role(Role.STAFF, Role.ADMIN)
    return staff if taught is None else or_(staff, is_in_charge(board, taught))


def _has_role(*roles: Role) -> Condition:
    return Person.id.in_(select(PersonRole.person_id).where(PersonRole.role.in_(roles)))


# --- what somebody belongs to, or each person of the statement around ------------------


def _runs_of(reach: Reach) -> Select[Any]:
    return (
        select(Enrolment.run_id)
        .where(Enrolment.person_id == reach.person_id, Enrolment.state.not_in(LEFT_STATES))
        .correlate(Person)
    )


def _curricula_of(reach: Reach) -> Any:
    taken = (
        select(Course.curriculum_id)
        .join(CourseRun, CourseRun.course_id == Course.id)
        .where(CourseRun.id.in_(_runs_of(reach)))
        .correlate(Person)
    )
    taught = (
        select(Course.curriculum_id)
        .join(CourseTeacher, CourseTeacher.course_id == Course.id)
        .where(CourseTeacher.person_id == reach.person_id)
        .correlate(Person)
    )
    return taken.union(taught)


def _cities_of(reach: Reach) -> Any:
    lives_in = (
        select(Affiliation.city_id)
        .where(Affiliation.person_id == reach.person_id, Affiliation.city_id.is_not(None))
        .correlate(Person)
    )
    return lives_in.union(_cities_spoken_for(reach))


def _cities_spoken_for(reach: Reach) -> Select[Any]:
    return (
        select(FocalPoint.city_id)
        .where(
            FocalPoint.person_id == reach.person_id,
            FocalPoint.valid_from <= reach.today,
            or_(FocalPoint.valid_to.is_(None), FocalPoint.valid_to >= reach.today),
        )
        .correlate(Person)
    )


def _speaks_for_a_city(reach: Reach) -> Condition:
    return _cities_spoken_for(reach).exists()


def _stands_where_taught(reach: Reach) -> Condition:
    if not reach.teaches:
        return false()
    taught = (
        select(Board.id)
        .join(RunInstructor, RunInstructor.run_id == Board.run_id)
        .where(RunInstructor.person_id == reach.person_id)
        .correlate(Person)
    )
    return Thread.board_id.in_(taught)


def _is_alumnus(reach: Reach) -> Condition:
    return (
        select(Enrolment.id)
        .where(Enrolment.person_id == reach.person_id, Enrolment.state == EnrolmentState.COMPLETED)
        .correlate(Person)
        .exists()
    )


def _is_enrolled(reach: Reach) -> Condition:
    return (
        select(Enrolment.id)
        .where(Enrolment.person_id == reach.person_id, Enrolment.state.in_(ACTIVE_STATES))
        .correlate(Person)
        .exists()
    )
