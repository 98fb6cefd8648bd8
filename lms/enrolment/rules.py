"""Decisions about runs and enrolments: facts in, verdict out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from lms.enrolment.models import CourseRun, EnrolmentState, RunState

BUSAN = ZoneInfo("Asia/Seoul")


# --- runs ------------------------------------------------------------------------------

RUN_STEPS: Mapping[RunState, tuple[RunState, ...]] = {
    RunState.DRAFT: (RunState.APPROVED, RunState.CANCELLED),
    RunState.APPROVED: (RunState.RUNNING, RunState.DRAFT, RunState.CANCELLED),
    RunState.RUNNING: (RunState.JUDGING, RunState.CANCELLED),
    RunState.JUDGING: (RunState.COMPLETED, RunState.RUNNING),
    RunState.COMPLETED: (),
    RunState.ARCHIVED: (),
    RunState.CANCELLED: (),
}
"""From each state, the states staff may take a run to; the usual next one comes first."""

# A visitor sees a run once it has been approved, and goes on seeing how it ended.
HIDDEN_STATES = frozenset({RunState.DRAFT})

# Where studying goes on and is recorded. Before, nobody is enrolled; after, the record is closed.
STUDY_STATES = frozenset({RunState.RUNNING})


def steps_of(run: CourseRun) -> tuple[RunState, ...]:
    """Return the states staff may take the run to now."""
    return RUN_STEPS[RunState(run.state)]


def may_step(old: RunState, new: RunState) -> bool:
    """Tell whether a run may pass from one state to the other."""
    return new in RUN_STEPS[old]


def needs_reason(new: RunState) -> bool:
    """Tell whether staff must say why: people are told when a run is cancelled."""
    return new == RunState.CANCELLED


class RunFault(StrEnum):
    """What keeps a run from being published or opened."""

    COURSE_NOT_PUBLISHED = "course_not_published"
    NO_LESSONS = "no_lessons"
    OVER = "over"


def fault_of_step(
    new: RunState, *, course_is_published: bool, has_lesson_that_counts: bool, is_over: bool
) -> RunFault | None:
    """Return what keeps a run from this step, or None.

    Visitors may only see runs of published courses; people may only enter a run in which
    something can be completed, while it lasts.
    """
    if new in {RunState.APPROVED, RunState.RUNNING} and not course_is_published:
        return RunFault.COURSE_NOT_PUBLISHED
    if new == RunState.RUNNING and not has_lesson_that_counts:
        return RunFault.NO_LESSONS
    if new == RunState.RUNNING and is_over:
        return RunFault.OVER
    return None


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Busan: when a deadline of the foundation falls."""
    return datetime.combine(day, time(23, 59, 59), BUSAN)


# --- enrolments ------------------------------------------------------------------------

ENROLMENT_STEPS: Mapping[EnrolmentState, tuple[EnrolmentState, ...]] = {
    EnrolmentState.ENROLLED: (EnrolmentState.STARTED, EnrolmentState.WITHDRAWN),
    EnrolmentState.STARTED: (EnrolmentState.COMPLETED, EnrolmentState.DROPPED_OUT),
    EnrolmentState.COMPLETED: (),
    EnrolmentState.PARTICIPATED: (),
    EnrolmentState.NOT_COMPLETED: (),
    # Coming back takes the record up where it was left.
    EnrolmentState.WITHDRAWN: (EnrolmentState.ENROLLED,),
    EnrolmentState.DROPPED_OUT: (EnrolmentState.STARTED,),
}

# In these a person is in the run. They hold their seat in every state but the two of leaving.
ACTIVE_STATES = frozenset(
    {EnrolmentState.ENROLLED, EnrolmentState.STARTED, EnrolmentState.COMPLETED}
)
LEFT_STATES = frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.DROPPED_OUT})

STATE_AFTER_LEAVING: Mapping[EnrolmentState, EnrolmentState] = {
    EnrolmentState.ENROLLED: EnrolmentState.WITHDRAWN,
    EnrolmentState.STARTED: EnrolmentState.DROPPED_OUT,
}
STATE_AFTER_RETURN: Mapping[EnrolmentState, EnrolmentState] = {
    EnrolmentState.WITHDRAWN: EnrolmentState.ENROLLED,
    EnrolmentState.DROPPED_OUT: EnrolmentState.STARTED,
}


def may_leave(state: EnrolmentState, run_state: RunState) -> bool:
    """Tell whether a person may leave: while it runs, and before they have completed it."""
    return state in STATE_AFTER_LEAVING and run_state in {RunState.APPROVED, RunState.RUNNING}


class Bar(StrEnum):
    """Why a person cannot enrol in a run now."""

    UPCOMING = "upcoming"
    OVER = "over"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    FULL = "full"
    EMAIL_UNCONFIRMED = "email_unconfirmed"


_BAR_OF_STATE: Mapping[RunState, Bar] = {
    RunState.DRAFT: Bar.UPCOMING,
    RunState.APPROVED: Bar.UPCOMING,
    RunState.JUDGING: Bar.OVER,
    RunState.COMPLETED: Bar.OVER,
    RunState.ARCHIVED: Bar.OVER,
    RunState.CANCELLED: Bar.CANCELLED,
}


@dataclass(frozen=True)
class RunFacts:
    """What decides whether a run can be entered."""

    state: RunState
    enrolment_closes_at: datetime
    capacity: int | None
    seats_taken: int

    @classmethod
    def of(cls, run: CourseRun) -> "RunFacts":
        """Return the facts of a row."""
        return cls(RunState(run.state), run.enrolment_closes_at, run.capacity, run.seats_taken)

    @property
    def places_left(self) -> int | None:
        """Return how many may still enrol; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.seats_taken)


def bar_to_run(run: RunFacts, *, now: datetime) -> Bar | None:
    """Return why nobody can enrol in this run now, or None while it is open."""
    if run.state in _BAR_OF_STATE:
        return _BAR_OF_STATE[run.state]
    if now > run.enrolment_closes_at:
        return Bar.CLOSED
    if run.places_left == 0:
        return Bar.FULL
    return None


def bar_to_enrolling(run: RunFacts, *, email_confirmed: bool, now: datetime) -> Bar | None:
    """Return why this person cannot enrol in this run now, or None."""
    return bar_to_run(run, now=now) or (None if email_confirmed else Bar.EMAIL_UNCONFIRMED)


# --- the catalogue ---------------------------------------------------------------------

SOON = timedelta(days=60)
LONGEST_QUERY = 100


class When(StrEnum):
    """What a reader of the catalogue asks of the runs of a course."""

    OPEN = "open"
    SOON = "soon"


class Offered(Protocol):
    """What is asked of a course by the filters."""

    @property
    def curriculum_code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def delivery(self) -> str: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def sdg_goals(self) -> Sequence[int]: ...


@dataclass(frozen=True)
class CatalogueFilters:
    """What a reader looks for in the catalogue; empty means anything. Stands in the address.

    `lang` and not `language`: that name belongs to the page's own language in every address.
    """

    q: str = ""
    field: str = ""
    level: str = ""
    delivery: str = ""
    lang: str = ""
    sdg: str = ""
    runs: str = ""

    @property
    def given(self) -> dict[str, str]:
        """Return the filters that are set."""
        return {name: value for name, value in asdict(self).items() if value}

    def without(self, name: str) -> dict[str, str]:
        """Return the filters that stay when one is taken away."""
        return {other: value for other, value in self.given.items() if other != name}

    def takes(self, course: Offered) -> bool:
        """Tell whether a course fits, its runs and words apart."""
        return (
            self.field in {"", course.curriculum_code}
            and self.level in {"", course.level}
            and self.delivery in {"", course.delivery}
            and (not self.lang or self.lang in course.languages)
            and (not self.sdg or int(self.sdg) in course.sdg_goals)
        )


def starts_soon(starts_on: date, *, today: date) -> bool:
    """Tell whether a run begins within the next sixty days, today included."""
    return today <= starts_on <= today + SOON


def busan_day(now: datetime) -> date:
    """Return which day it is in Busan, where the days of a run are reckoned."""
    return now.astimezone(BUSAN).date()
