"""Who may do what on a board and in its threads (DOMAIN 2.18, 3.6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.boards.models import Audience, BoardKind, PostState
from lms.enrolment.models import RunState

# An author changes their words for a day; later others may have built on them (SECURITY 4).
EDITING_TIME = timedelta(hours=24)


_OF_SOME = {BoardKind.RUN, BoardKind.CURRICULUM, BoardKind.CITY, BoardKind.ALUMNI}


def is_of_site(kind: BoardKind) -> bool:
    """Tell whether a board is the whole site's rather than some people's."""
    return kind not in _OF_SOME


@dataclass(frozen=True)
class Standing:
    """Who somebody is on a board."""

    is_signed_in: bool = False
    is_staff: bool = False
    is_member: bool = False
    teaches_run: bool = False

    @property
    def is_in_run(self) -> bool:
        """Tell whether they belong to the run of a board, and not only look after it."""
        return self.is_member or self.teaches_run

    @property
    def moderates(self) -> bool:
        """Tell whether they moderate: staff, and the instructors of a run on its board."""
        return self.is_staff or self.teaches_run


class Bar(StrEnum):
    """Why somebody cannot write on a board they may read."""

    SIGNED_OUT = "signed_out"
    CLOSED = "closed"
    RUN_NOT_OPEN = "run_not_open"
    RUN_CANCELLED = "run_cancelled"
    RUN_LONG_OVER = "run_long_over"
    STAFF_ONLY = "staff_only"
    NOT_MEMBER = "not_member"


@dataclass(frozen=True)
class BoardFacts:
    """What decides who writes on a board; the run's state and last day where it has a run."""

    kind: BoardKind
    writable_by: Audience
    is_closed: bool
    run_state: RunState | None = None
    run_ends_on: date | None = None


def bar_to_writing(board: BoardFacts, standing: Standing, *, today: date) -> Bar | None:
    """Return why somebody who may read the board cannot write on it, or None.

    A run's board is open from its approval until twelve months after its last day (DOMAIN 3.6);
    then it can still be read. `today` is the day in Busan.
    """
    if not standing.is_signed_in:
        return Bar.SIGNED_OUT
    return _bar_of_board(board, today) or _bar_of_person(board.writable_by, standing)


def _bar_of_board(board: BoardFacts, today: date) -> Bar | None:
    if board.is_closed:
        return Bar.CLOSED
    if board.run_state == RunState.DRAFT:
        return Bar.RUN_NOT_OPEN
    if board.run_state == RunState.CANCELLED:
        return Bar.RUN_CANCELLED
    if board.run_ends_on is not None and today > a_year_after(board.run_ends_on):
        return Bar.RUN_LONG_OVER
    return None


def _bar_of_person(writable_by: Audience, standing: Standing) -> Bar | None:
    if standing.is_staff:
        return None
    if writable_by == Audience.STAFF:
        return Bar.STAFF_ONLY
    if writable_by == Audience.MEMBERS and not (standing.is_member or standing.teaches_run):
        return Bar.NOT_MEMBER
    return None


def a_year_after(day: date) -> date:
    """Return the same day of the next year; of 29 February the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def may_edit(
    *,
    is_author: bool,
    state: PostState,
    published_at: datetime | None,
    is_read_first: bool,
    now: datetime,
) -> bool:
    """Tell whether the words of a post may still be changed: by its author, while it waits for a
    moderator and for a day after it is seen.

    Where the author `is_read_first`, what is seen stays as it was read: nobody would read the
    other words before they are seen.
    """
    if not is_author or state not in {PostState.HELD, PostState.PUBLISHED}:
        return False
    if is_read_first and state == PostState.PUBLISHED:
        return False
    return published_at is None or now - published_at < EDITING_TIME


def may_see_post(state: PostState, *, is_author: bool, moderates: bool) -> bool:
    """Tell whether the words of a post are shown to somebody who may read its thread.

    Of a hidden one others see that there was one; of a deleted one nobody sees anything.
    """
    if state == PostState.PUBLISHED:
        return True
    return state != PostState.DELETED and (is_author or moderates)
