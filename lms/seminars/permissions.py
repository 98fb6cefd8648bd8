"""Doors to sittings. `reader` is the `current_user` of the page.

Those concerned are the people enrolled in the run and those who hold the sitting; its run is
managed by staff and its instructors. Of a public seminar everybody may know, its room excepted.
"""

from dataclasses import dataclass
from typing import Any

from lms.core.errors import NotAllowed, NotFound
from lms.enrolment.models import RunState
from lms.enrolment.permissions import can_manage_run
from lms.enrolment.queries import RunHead, run_head
from lms.seminars import queries
from lms.seminars.models import AttendanceReport, Holiday, Sitting
from lms.seminars.queries.holidays import holiday_by_id
from lms.seminars.queries.reports import report_with_sitting
from lms.seminars.rules.sittings import is_announced


@dataclass(frozen=True)
class Visit:
    """A sitting, and as what this reader comes to it."""

    sitting: queries.SittingRow
    seat: queries.Seat | None
    holds: bool
    can_manage: bool

    @property
    def is_concerned(self) -> bool:
        """Tell whether the reader may enter its room and have its materials and recording."""
        return self.holds or self.can_manage or (self.seat is not None and self.seat.is_active)


def get_sitting_for_viewing(reader: Any, sitting_id: int) -> Visit:
    """Return a sitting as this reader may see it; NotFound when it is out of their reach.

    Those who manage the run see it from the first plan on, others once it is announced.
    """
    row = queries.sitting_row(sitting_id)
    if row is None:
        raise NotFound
    visit = _visit(reader, row)
    if visit.can_manage:
        return visit
    is_public = row.is_public and row.run_state != RunState.DRAFT
    if is_announced(row.state) and (visit.is_concerned or is_public):
        return visit
    raise NotFound


def _visit(reader: Any, row: queries.SittingRow) -> Visit:
    if reader.id is None:
        return Visit(row, None, holds=False, can_manage=False)
    seat = queries.seat_of(reader.id, row.run_id)
    can_manage = _manages(reader, row.run_id)
    holds = not can_manage and queries.holds(reader.id, row.id)
    return Visit(row, seat, holds=holds, can_manage=can_manage)


def _manages(reader: Any, run_id: int) -> bool:
    if reader.is_staff:
        return True
    run = run_head(run_id) if reader.teaches else None
    return run is not None and can_manage_run(reader, run)


def get_sitting_for_entering(reader: Any, sitting_id: int) -> Visit:
    """Return a sitting to one of those concerned; NotFound to everybody else."""
    visit = get_sitting_for_viewing(reader, sitting_id)
    if not visit.is_concerned:
        raise NotFound
    return visit


def get_sitting_for_management(reader: Any, sitting_id: int) -> tuple[RunHead, Sitting]:
    """Return a sitting with its run to those who manage the run; NotFound to others.

    They see its people and tick who was there; its plan is changed by staff alone.
    """
    sitting = queries.sitting_by_id(sitting_id)
    run = run_head(sitting.run_id) if sitting is not None else None
    if sitting is None or run is None or not can_manage_run(reader, run):
        raise NotFound
    return run, sitting


def get_sitting_for_change(reader: Any, sitting_id: int) -> tuple[RunHead, Sitting]:
    """Return a sitting for changing its plan: staff's; NotAllowed to instructors of the run."""
    found = get_sitting_for_management(reader, sitting_id)
    if not reader.is_staff:
        raise NotAllowed
    return found


def get_run_for_timetable(reader: Any, run_id: int) -> tuple[RunHead, bool]:
    """Return a run whose timetable the reader may see, and whether they manage it.

    It is for those in the run and those who manage it, who also see what is only planned; NotFound
    to everybody else.
    """
    run = run_head(run_id)
    if run is None:
        raise NotFound
    if can_manage_run(reader, run):
        return run, True
    seat = queries.seat_of(reader.id, run_id)
    if seat is None or not seat.is_active:
        raise NotFound
    return run, False


def get_run_for_planning(reader: Any, run_id: int) -> RunHead:
    """Return a run whose sittings may be planned: staff's; NotAllowed to its instructors."""
    run = run_head(run_id)
    if run is None or not can_manage_run(reader, run):
        raise NotFound
    if not reader.is_staff:
        raise NotAllowed
    return run


def get_holiday_for_removal(reader: Any, holiday_id: int) -> Holiday:
    """Return days off that staff have entered, to staff; NotFound to others and when gone."""
    holiday = holiday_by_id(holiday_id)
    if holiday is None or not reader.is_staff:
        raise NotFound
    return holiday


def get_report_for_matching(
    reader: Any, report_id: int
) -> tuple[RunHead, Sitting, AttendanceReport]:
    """Return an imported report with sitting and run to those who manage the run, else NotFound."""
    found = report_with_sitting(report_id)
    run = run_head(found[1].run_id) if found is not None else None
    if found is None or run is None or not can_manage_run(reader, run):
        raise NotFound
    report, sitting = found
    return run, sitting, report
