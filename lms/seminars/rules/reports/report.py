"""What a report of a platform says once it is read, and why one cannot be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from lms.seminars.models import ReportPlatform

MOST_BYTES = 10_000_000
MOST_LINES = 30_000

LONGEST_NAME = 300
LONGEST_EMAIL = 254
LONGEST_RAW = 1_000


class Refusal(StrEnum):
    """Why nothing of a file is taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    WORKBOOK = "workbook"
    UNREADABLE_ENCODING = "unreadable_encoding"
    UNKNOWN = "unknown"
    NO_TIMES = "no_times"
    NO_LINES = "no_lines"
    AMBIGUOUS_DATES = "ambiguous_dates"
    OTHER_DAY = "other_day"
    OTHER_TIME = "other_time"


class ReportRefused(ValueError):
    """A file that is no report of this sitting; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class LineFault(StrEnum):
    """What is wrong with one line; the others of its report are taken all the same."""

    UNREADABLE = "unreadable"
    NO_NAME = "no_name"
    UNREADABLE_TIME = "unreadable_time"
    LEFT_BEFORE_JOINING = "left_before_joining"
    OTHER_DAY = "other_day"
    IN_WAITING_ROOM = "in_waiting_room"
    AWAY_BETWEEN = "away_between"

    @property
    def is_warning(self) -> bool:
        """Tell whether the line counts in spite of it."""
        return self == LineFault.AWAY_BETWEEN


class Entry(NamedTuple):
    """A line as a platform wrote it, cut into what we ask for; `stayed` where it sums it up."""

    number: int
    raw: str
    name: str
    email: str
    joined: str
    left: str
    stayed: timedelta | None = None
    fault: LineFault | None = None


class Line(NamedTuple):
    """Somebody's stay: from joining to leaving, on one device. `left_at` is None when not told."""

    number: int
    name: str
    email: str
    joined_at: datetime
    left_at: datetime | None
    raw: str


class Fault(NamedTuple):
    """A line that cannot be counted as it stands, or (a warning) only with a caveat."""

    number: int
    reason: LineFault
    raw: str


@dataclass(frozen=True)
class Report:
    """A report: its lines in their order, and what is wrong with those that cannot be counted."""

    platform: ReportPlatform
    lines: list[Line]
    faults: list[Fault]


def fingerprint(platform: ReportPlatform, line: Line) -> str:
    """Return what tells a line from others: the same wherever and how often it stands."""
    left = line.left_at.isoformat() if line.left_at else ""
    said = (platform, line.name, line.email.casefold(), line.joined_at.isoformat(), left)
    return _hash(*said)


def fingerprint_of_fault(platform: ReportPlatform, fault: Fault) -> str:
    """Return what tells a line that could not be read from others: all its characters."""
    return _hash(platform, fault.reason, fault.raw)


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
