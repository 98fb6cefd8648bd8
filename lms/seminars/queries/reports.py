"""Reads over imported reports: their names, and who those may be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, literal, null, select, union_all
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.core.db import db, execute
from lms.enrolment.models import Enrolment, EnrolmentState
from lms.seminars.models import (
    AttendanceReport,
    Guest,
    MatchedBy,
    PersonAlias,
    ReportLine,
    ReportPlatform,
    Sitting,
)
from lms.seminars.rules.matching import Known, Roster, Who
from lms.seminars.rules.reports.report import LineFault

# --- who may have been there -----------------------------------------------------------

_ENROLLED: tuple[Any, ...] = (
    Enrolment.id.label("enrolment_id"),
    null().label("guest_id"),
    Person.full_name.label("name"),
    Person.name_in_own_script,
    Person.email,
)
_GUESTS: tuple[Any, ...] = (null(), Guest.id, Guest.name, literal(""), Guest.email)
_PEOPLE = union_all(
    select(*_ENROLLED)
    .join(Person, Person.id == Enrolment.person_id)
    .where(Enrolment.run_id == bindparam("run_id"), Enrolment.state != EnrolmentState.WITHDRAWN),
    select(*_GUESTS).where(
        Guest.sitting_id == bindparam("sitting_id"), Guest.cancelled_at.is_(None)
    ),
).order_by("name", "enrolment_id", "guest_id")
_ALIASES = select(PersonAlias.name_key, PersonAlias.enrolment_id).where(
    PersonAlias.run_id == bindparam("run_id")
)


def people_of(sitting: Sitting) -> list[Known]:
    """Return who may have been in a sitting: those enrolled in its run and its guests, by name."""
    rows = execute(_PEOPLE, {"run_id": sitting.run_id, "sitting_id": sitting.id})
    return [Known(Who(enrolment, guest), *names) for enrolment, guest, *names in rows]


def roster_of(sitting: Sitting, people: Iterable[Known]) -> Roster:
    """Return the people with what was said of names in the run of a sitting."""
    return Roster(people, dict(iter(execute(_ALIASES, {"run_id": sitting.run_id}))))


# --- reports ---------------------------------------------------------------------------


def report_with_sitting(report_id: int) -> tuple[AttendanceReport, Sitting] | None:
    """Return an imported report and its sitting, whose lesson is at hand."""
    row = db.session.execute(
        select(AttendanceReport, Sitting)
        .join(Sitting, Sitting.id == AttendanceReport.sitting_id)
        .where(AttendanceReport.id == report_id)
        .options(joinedload(Sitting.lesson))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def lines_with(report_id: int, line_ids: Iterable[int]) -> Mapping[int, ReportLine]:
    """Return those lines of a report that are there, by their id."""
    lines = db.session.scalars(
        select(ReportLine)
        .where(ReportLine.report_id == report_id, ReportLine.id.in_(list(line_ids)))
        .order_by(ReportLine.id)
    )
    return {line.id: line for line in lines}


@dataclass(frozen=True)
class ImportedReport:
    """A report as a row of the list of a sitting; `open_lines` are of nobody yet."""

    id: int
    platform: ReportPlatform
    file_name: str
    line_count: int
    imported_at: datetime
    imported_by: str
    new_lines: int
    open_lines: int


_IS_OPEN = (ReportLine.matched_by == MatchedBy.NOBODY) & ReportLine.joined_at.is_not(None)
_OF_SITTING = (
    select(
        AttendanceReport.id,
        AttendanceReport.platform,
        AttendanceReport.file_name,
        AttendanceReport.line_count,
        AttendanceReport.imported_at,
        Person.full_name,
        func.count(ReportLine.id),
        func.coalesce(func.sum(case((_IS_OPEN, 1), else_=0)), 0),
    )
    .join(Person, Person.id == AttendanceReport.imported_by_id)
    .outerjoin(ReportLine, ReportLine.report_id == AttendanceReport.id)
    .where(AttendanceReport.sitting_id == bindparam("sitting_id"))
    .group_by(
        AttendanceReport.id,
        AttendanceReport.platform,
        AttendanceReport.file_name,
        AttendanceReport.line_count,
        AttendanceReport.imported_at,
        Person.full_name,
    )
    .order_by(AttendanceReport.id)
)


def reports_of(sitting_id: int) -> list[ImportedReport]:
    """Return the reports imported for a sitting, in the order they came."""
    rows = execute(_OF_SITTING, {"sitting_id": sitting_id})
    return [ImportedReport(id_, ReportPlatform(platform), *rest) for id_, platform, *rest in rows]


# --- the names in one ------------------------------------------------------------------


class Stay(NamedTuple):
    """From joining to leaving, as one line tells."""

    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class NameInReport:
    """A name with its address, and every stay under it. `line_id` stands for all its lines."""

    line_id: int
    name: str
    email: str
    matched_by: MatchedBy
    who: Who
    stays: list[Stay]

    @property
    def first_joined_at(self) -> datetime:
        """Return when somebody first came under this name."""
        return min(stay.joined_at for stay in self.stays)

    @property
    def last_left_at(self) -> datetime | None:
        """Return when somebody last left under this name; None where no line tells."""
        return max((stay.left_at for stay in self.stays if stay.left_at), default=None)

    @property
    def has_open_end(self) -> bool:
        """Tell whether some line does not say when they left: it counts nothing."""
        return any(stay.left_at is None for stay in self.stays)

    @property
    def was_twice_at_once(self) -> bool:
        """Tell whether two were there under this name at one time: devices, or two people."""
        stays = sorted((stay.joined_at, stay.left_at) for stay in self.stays if stay.left_at)
        return any(later[0] < earlier[1] for earlier, later in pairwise(stays))


class FaultyLine(NamedTuple):
    """A line that could not be taken as it stands."""

    number: int
    fault: LineFault
    raw: str


@dataclass(frozen=True)
class NamesInReport:
    """What one report brought: its names, in the order they come, and its faulty lines."""

    names: Sequence[NameInReport]
    faults: Sequence[FaultyLine]

    @property
    def unmatched(self) -> list[NameInReport]:
        """Return the names of which nobody has said whose they are."""
        return [name for name in self.names if name.matched_by == MatchedBy.NOBODY]

    @property
    def matched(self) -> list[NameInReport]:
        """Return the names of which it is settled."""
        return [name for name in self.names if name.matched_by != MatchedBy.NOBODY]


_LINES = (
    select(
        ReportLine.id,
        ReportLine.number,
        ReportLine.name,
        ReportLine.email,
        ReportLine.name_key,
        ReportLine.joined_at,
        ReportLine.left_at,
        ReportLine.fault,
        ReportLine.raw,
        ReportLine.matched_by,
        ReportLine.enrolment_id,
        ReportLine.guest_id,
    )
    .where(ReportLine.report_id == bindparam("report_id"))
    .order_by(ReportLine.number, ReportLine.id)
)


def names_in_report(report_id: int) -> NamesInReport:
    """Return the names of a report with their stays, in one statement."""
    names: dict[tuple[str, str], NameInReport] = {}
    faults = []
    for row in execute(_LINES, {"report_id": report_id}):
        if row.fault:
            faults.append(FaultyLine(row.number, LineFault(row.fault), row.raw))
        if row.joined_at is None:
            continue
        who = Who(row.enrolment_id, row.guest_id)
        named = NameInReport(row.id, row.name, row.email, MatchedBy(row.matched_by), who, [])
        named = names.setdefault((row.name_key, row.email), named)
        named.stays.append(Stay(row.joined_at, row.left_at))
    return NamesInReport(list(names.values()), faults)
