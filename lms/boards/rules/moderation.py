"""Posts that wait, are reported, hidden or appealed for: what hides, until when, who decides."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.boards.models import ReportReason
from lms.seminars.rules.working_days import after_working_days

LONGEST_WORDS = 1000

# So many open reports hide a post until somebody looks; new accounts cost nothing and do not count.
REPORTS_THAT_HIDE = 3
REPORTER_IS_KNOWN_AFTER = timedelta(days=7)

# A report is answered within one working day (DOMAIN 3.6), and so is whatever else waits.
WORKING_DAYS_TO_LOOK = 1

_LARGEST_ID = 2**31 - 1


class Tab(StrEnum):
    """What moderators look through, the longest wait first."""

    HELD = "held"
    REPORTED = "reported"
    APPEALS = "appeals"
    HIDDEN = "hidden"

    @classmethod
    def named(cls, name: str) -> "Tab":
        """Return the list an address names; the first for anything else."""
        return next((each for each in cls if each == name), cls.HELD)


def hides_by_itself(reporter_ages: Iterable[timedelta]) -> bool:
    """Tell whether open reports hide a post, by how old the accounts of the reporters are."""
    known = sum(age > REPORTER_IS_KNOWN_AFTER for age in reporter_ages)
    return known >= REPORTS_THAT_HIDE


def due_at(since: datetime, holidays: Container[date]) -> datetime:
    """Return until when a moderator should have looked at what waits since a moment."""
    return after_working_days(since, WORKING_DAYS_TO_LOOK, holidays)


def may_decide_on_appeal(hidden_by_id: int | None, moderator_id: int) -> bool:
    """Tell whether a moderator may decide: nobody does on what they have hidden themselves."""
    return hidden_by_id != moderator_id


# --- why a post is hidden, as its history keeps it -----------------------------------------

BY_REPORTS = "reports"
_MARK = ": "


@dataclass(frozen=True)
class Hiding:
    """Why a post is hidden: a reason of the list and words; without a reason reports did it."""

    reason: ReportReason | None
    words: str = ""

    def __str__(self) -> str:
        """Return it as history keeps it."""
        code = BY_REPORTS if self.reason is None else str(self.reason)
        return f"{code}{_MARK}{self.words}" if self.words else code

    @classmethod
    def read(cls, kept: str) -> "Hiding":
        """Return what history has kept."""
        code, _mark, words = kept.partition(_MARK)
        if code == BY_REPORTS:
            return cls(None, words)
        known = next((each for each in ReportReason if each == code), None)
        return cls(known, words) if known else cls(ReportReason.OTHER, kept)


# --- what a moderator had before their eyes ------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """In which state a moderator saw a post: its last change of state, which words, and how many
    reports of it there were."""

    change_id: int
    revision: int
    reports: int = 0

    def __str__(self) -> str:
        """Return it as it stands in a form."""
        return f"{self.change_id}.{self.revision}.{self.reports}"

    @classmethod
    def read(cls, text: str) -> "Seen":
        """Return what a form says; what no page of ours has sent is no state there ever was."""
        parts = text.split(".")
        if len(parts) != 3 or not all(each.isdecimal() and len(each) < 11 for each in parts):
            return cls(0, 0)
        return cls(*(min(int(each), _LARGEST_ID) for each in parts))
