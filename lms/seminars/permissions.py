"""Doors to sittings. `reader` is the `current_user` of the page.

Those concerned are the people enrolled in the run and those who hold the sitting; its run is
managed by staff and its instructors. Of a public seminar everybody may know, its room excepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.enrolment.models import Enrolment, RunState
from lms.enrolment.permissions import can_manage_run
from lms.enrolment.queries import RunHead, run_head, teaches_run
from lms.enrolment.rules import busan_day
from lms.organisations.queries import cities_spoken_for
from lms.seminars import queries
from lms.seminars.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceReport,
    CalendarFeed,
    DayItem,
    Guest,
    Holiday,
    Sitting,
    SittingPerson,
)
from lms.seminars.queries.attendance import PersonInSitting, people_of_cities
from lms.seminars.queries.feeds import (
    FeedChoice,
    FoundFeed,
    feed_by_token,
    feed_choice,
    feed_of_person,
)
from lms.seminars.queries.guests import guest_by_id
from lms.seminars.queries.holidays import holiday_by_id
from lms.seminars.queries.planning import day_item_by_id, holder_of_sitting
from lms.seminars.queries.presence import (
    Beaten,
    beaten_by,
    beaten_with,
    enrolment_by_id,
    name_of,
)
from lms.seminars.queries.reports import report_with_sitting
from lms.seminars.queries.sitting_page import standing_of
from lms.seminars.queries.verdicts import attendance_by_id, correction_by_id
from lms.seminars.rules.presence import OVER, Pass, has_place, pass_works
from lms.seminars.rules.sittings import HELD, is_announced


@dataclass(frozen=True)
class Visit:
    """A sitting, and as what this reader comes to it."""

    sitting: queries.SittingRow
    seat: queries.Seat | None
    holds: bool
    can_manage: bool
    city_languages: Sequence[str] = ()

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
    found = standing_of(reader.id, row.id, row.run_id)
    can_manage = reader.is_staff or (reader.teaches and found.teaches_run)
    return Visit(row, found.seat, found.holds, can_manage, found.city_languages)


def get_sitting_for_entering(reader: Any, sitting_id: int) -> Visit:
    """Return a sitting to one of those concerned; NotFound to everybody else."""
    visit = get_sitting_for_viewing(reader, sitting_id)
    if not visit.is_concerned:
        raise NotFound
    return visit


def get_sitting_for_checking_in(reader: Any, sitting_id: int) -> tuple[Visit, Sitting, Enrolment]:
    """Return a sitting that is held at a place with the reader's own seat; NotFound without one."""
    visit = get_sitting_for_viewing(reader, sitting_id)
    enrolment = _own_enrolment(visit)
    sitting = queries.sitting_by_id(sitting_id)
    if sitting is None or not has_place(sitting):
        raise NotFound
    return visit, sitting, enrolment


def get_sitting_for_evaluating(
    reader: Any, sitting_id: int, now: datetime
) -> tuple[Visit, Enrolment]:
    """Return a sitting that was held with the reader's own seat in its run; NotFound without one.

    Raises Conflict before it is over.
    """
    visit = get_sitting_for_viewing(reader, sitting_id)
    enrolment = _own_enrolment(visit)
    if visit.sitting.phase(now) not in OVER:
        raise Conflict(_("This session is not over yet."))
    return visit, enrolment


def _own_enrolment(visit: Visit) -> Enrolment:
    if visit.seat is None or not visit.seat.is_active:
        raise NotFound
    enrolment = enrolment_by_id(visit.seat.enrolment_id)
    assert enrolment is not None
    return enrolment


@dataclass(frozen=True)
class Comer:
    """Somebody who comes by a link of their own, to which sitting, and whether the link works."""

    who: Pass
    name: str
    time_zone: str
    sitting: queries.SittingRow
    is_live: bool


def get_comer(who: Pass, now: datetime) -> Comer:
    """Return who comes by a link and to what; NotFound once they have no business there any more.

    That is whoever left the run, cancelled, or holds the sitting no more.
    """
    row = queries.sitting_row(who.sitting_id)
    named = name_of(who)
    if row is None or named is None:
        raise NotFound
    is_live = pass_works(row.state, row.ends_at, now)
    return Comer(who, named.name, named.time_zone, row, is_live)


def get_beat(reader: Any, sitting_id: int) -> Beaten:
    """Return what a beat of the reader's page needs; NotFound without a seat in the run."""
    found = beaten_by(reader.id, sitting_id)
    if found is None:
        raise NotFound
    return found


def get_beat_by_link(who: Pass) -> Beaten:
    """Return what a beat of a page behind a link needs; NotFound once the link is nobody's."""
    found = beaten_with(who)
    if found is None:
        raise NotFound
    return found


def get_sitting_for_guests(sitting_id: int) -> queries.SittingRow:
    """Return a public sitting that people know of; NotFound for any other."""
    row = queries.sitting_row(sitting_id)
    is_open = row is not None and row.is_public and row.run_state != RunState.DRAFT
    if row is None or not is_open or not is_announced(row.state):
        raise NotFound
    return row


def get_sitting_for_registering(sitting_id: int) -> Sitting:
    """Return the row of a public sitting that people know of; if it is open, is asked later."""
    get_sitting_for_guests(sitting_id)
    sitting = queries.sitting_by_id(sitting_id)
    assert sitting is not None
    return sitting


def get_guest_for_cancelling(comer: Comer) -> tuple[Guest, Sitting]:
    """Return a guest who came by their link, and what they registered for."""
    guest, sitting = guest_by_id(comer.who.id), queries.sitting_by_id(comer.sitting.id)
    if guest is None or sitting is None:
        raise NotFound
    return guest, sitting


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


def get_holder_for_change(
    reader: Any, sitting_id: int, holder_id: int
) -> tuple[Sitting, SittingPerson]:
    """Return somebody who holds a sitting, to staff; NotAllowed to instructors of the run."""
    _run, sitting = get_sitting_for_change(reader, sitting_id)
    holder = holder_of_sitting(sitting_id, holder_id)
    if holder is None:
        raise NotFound
    return sitting, holder


def get_holder_for_confirming(
    reader: Any, sitting_id: int, holder_id: int
) -> tuple[Sitting, SittingPerson]:
    """Return somebody who holds a sitting, to staff and to themselves; NotAllowed to others who
    manage the run."""
    _run, sitting = get_sitting_for_management(reader, sitting_id)
    holder = holder_of_sitting(sitting_id, holder_id)
    if holder is None:
        raise NotFound
    if not reader.is_staff and holder.person_id != reader.id:
        raise NotAllowed
    return sitting, holder


def get_day_item_for_change(reader: Any, item_id: int) -> tuple[RunHead, DayItem]:
    """Return what takes whole days in a run, to staff; NotFound to others."""
    item = day_item_by_id(item_id)
    run = run_head(item.run_id) if item is not None else None
    if item is None or run is None or not reader.is_staff:
        raise NotFound
    return run, item


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


def get_run_for_feed(reader: Any, run_id: int) -> FeedChoice:
    """Return a run of which the reader may have a feed: they are in it, or hold a sitting of it."""
    choice = feed_choice(reader.id, run_id)
    if choice is None:
        raise NotFound
    return choice


def get_feed_for_fetching(token: str) -> FoundFeed:
    """Return the living feed of an address, whoever asks; NotFound once it is ended, and when its
    person has no account any more."""
    feed = feed_by_token(token)
    if feed is None:
        raise NotFound
    return feed


def get_feed_for_revoking(reader: Any, feed_id: int) -> CalendarFeed:
    """Return one of the reader's own feeds, ended or not; NotFound for anybody else's."""
    feed = feed_of_person(reader.id, feed_id)
    if feed is None:
        raise NotFound
    return feed


# --- attendance ------------------------------------------------------------------------


def get_attendance_for_management(
    reader: Any, attendance_id: int
) -> tuple[queries.SittingRow, Attendance]:
    """Return a person's attendance with its sitting to those who manage the run, else NotFound.

    Instructors propose corrections; what is decided is staff's.
    """
    attendance = attendance_by_id(attendance_id)
    row = queries.sitting_row(attendance.sitting_id) if attendance is not None else None
    if attendance is None or row is None:
        raise NotFound
    if not reader.is_staff and not (reader.teaches and teaches_run(reader.id, row.run_id)):
        raise NotFound
    return row, attendance


def get_attendance_for_excusing(reader: Any, attendance_id: int) -> Attendance:
    """Return a person's attendance to staff; NotAllowed to instructors of the run."""
    _row, attendance = get_attendance_for_management(reader, attendance_id)
    if not reader.is_staff:
        raise NotAllowed
    return attendance


def get_correction_for_deciding(reader: Any, correction_id: int) -> AttendanceCorrection:
    """Return a proposal to correct an attendance to staff, NotFound to others.

    That it is not decided by who has proposed it, the service sees to.
    """
    correction = correction_by_id(correction_id)
    if correction is None or not reader.is_staff:
        raise NotFound
    return correction


@dataclass(frozen=True)
class OutageView:
    """A sitting that was held, as somebody finds it who speaks for cities of its people."""

    sitting: queries.SittingRow
    people: Sequence[PersonInSitting]


def get_sitting_for_outages(reader: Any, sitting_id: int, now: datetime) -> OutageView:
    """Return a sitting with its people from the cities the reader speaks for today.

    NotFound where there are none, and before it was held and counted.
    """
    row = queries.sitting_row(sitting_id)
    city_ids = cities_spoken_for(reader.id, on=busan_day(now)) if row is not None else []
    if row is None or row.state not in HELD or not city_ids:
        raise NotFound
    people = people_of_cities(row.id, row.run_id, city_ids)
    if not people:
        raise NotFound
    return OutageView(row, people)


def get_attendance_for_outage(
    reader: Any, sitting_id: int, attendance_id: int, now: datetime
) -> Attendance:
    """Return the attendance of somebody from a city the reader speaks for; NotFound otherwise."""
    view = get_sitting_for_outages(reader, sitting_id, now)
    attendance = attendance_by_id(attendance_id)
    if attendance is None or attendance_id not in {each.attendance_id for each in view.people}:
        raise NotFound
    return attendance
