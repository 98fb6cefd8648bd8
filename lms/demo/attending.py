"""How the invented people come to a sitting: by its report, by the code on site, by their links."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.db import db
from lms.demo.holding import Team
from lms.demo.timetable import Plan
from lms.demo.turnout import COME_NOW, INTERPRETERS, OFFICE, Stays, Turnout
from lms.demo.zoom_report import Line, zoom_report
from lms.enrolment.models import Enrolment
from lms.seminars.models import MatchedBy, ReportLine, Sitting
from lms.seminars.queries.presence import Beaten
from lms.seminars.rules.matching import Who
from lms.seminars.rules.presence import LONGEST_SILENCE, Pass, PassKind
from lms.seminars.services.presence import beat, check_in, enter
from lms.seminars.services.reports import import_report, match_lines

MINUTE = timedelta(minutes=1)
# Nobody closes the window at the very end.
FAREWELL = 2 * MINUTE


@dataclass(frozen=True)
class Seat:
    """Somebody of the run, with their enrolment in it."""

    person: Person
    enrolment: Enrolment


Seats = Mapping[str, Seat]


# --- by the report of the room ---------------------------------------------------------


def hand_in_report(
    sitting: Sitting, plan: Plan, seats: Seats, *, team: Team, now: datetime
) -> None:
    """Import what the room says of who was there; of names that are nobody's one is told whose."""
    raw = zoom_report(_lines(sitting, plan, seats, team))
    name = f"participants_{sitting.uid[:10]}.csv"
    import_report(sitting, raw, name, "Asia/Seoul", actor=team.staff, now=now)
    match_lines(sitting, _said(sitting, seats, team), actor=team.staff, now=now)


def _lines(sitting: Sitting, plan: Plan, seats: Seats, team: Team) -> Iterator[Line]:
    assert plan.turnout is not None
    opened_at, closed_at = sitting.starts_at - 10 * MINUTE, sitting.ends_at + FAREWELL
    yield Line(team.instructor.full_name, team.instructor.email, opened_at, closed_at)
    for language in plan.interpreted_into:
        yield Line(INTERPRETERS[language][0], "", opened_at + MINUTE, closed_at)
    for who, stays in plan.turnout.stays().items():
        person = seats[who].person
        name = plan.turnout.names.get(who) or person.name_in_own_script or person.full_name
        for joined_at, left_at in _moments(sitting, stays):
            yield Line(name, "", joined_at, left_at)


def _moments(sitting: Sitting, stays: Stays) -> Iterator[tuple[datetime, datetime]]:
    for joined, left in stays:
        end = sitting.ends_at + FAREWELL if left is None else sitting.starts_at + left * MINUTE
        yield sitting.starts_at + joined * MINUTE, end


def _said(sitting: Sitting, seats: Seats, team: Team) -> list[tuple[ReportLine, Who | None]]:
    """Return whose names staff know that the roster does not: the office's, and those who hold."""
    known: dict[str, Who | None] = {name: None for name, _channel in INTERPRETERS.values()}
    known |= {team.instructor.full_name: None}
    known |= {name: Who(seats[who].enrolment.id) for who, name in OFFICE.items()}
    open_lines = db.session.scalars(
        select(ReportLine)
        .where(ReportLine.sitting_id == sitting.id, ReportLine.matched_by == MatchedBy.NOBODY)
        .order_by(ReportLine.id)
    )
    return [(line, known[line.name]) for line in open_lines if line.name in known]


# --- on site ---------------------------------------------------------------------------


def check_everybody_in(sitting: Sitting, turnout: Turnout, seats: Seats, now: datetime) -> None:
    """Let everybody who comes check in with the code, one after another; every third by its QR."""
    coming = [who for who, stays in turnout.stays().items() if stays]
    for number, who in enumerate(coming):
        check_in(
            sitting,
            seats[who].enrolment,
            sitting.check_in_code,
            from_qr=number % 3 == 0,
            now=now + number * timedelta(seconds=20),
        )


# --- just now --------------------------------------------------------------------------


def come_now(sitting: Sitting, seats: Seats, now: datetime) -> None:
    """Let some enter the sitting that is held now, and be in it still."""
    for who, minute in COME_NOW.items():
        me = Pass(PassKind.ENROLMENT, seats[who].enrolment.id, sitting.id)
        beaten = Beaten(me, sitting.state, sitting.starts_at, sitting.ends_at)
        device, at = f"demo-{who}", sitting.starts_at + minute * MINUTE
        enter(me, device=device, now=at)
        while (at := at + LONGEST_SILENCE) < now:
            beat(beaten, device=device, now=at)
        beat(beaten, device=device, now=now)
