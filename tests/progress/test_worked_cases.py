"""The worked cases of DOMAIN 3.1, from the presence in sessions to the hours and what follows.

A course of 24 hours: 12 studied alone, 12 held live. Numbers are those printed there.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from lms.progress.models import CourseCompletion, EnrolmentProgress
from lms.progress.queries import outline, studied_run
from lms.progress.rules import Figures, Outcome, outcome
from lms.seminars.models import Attendance, Sitting
from lms.seminars.rules.attendance import time_present
from lms.seminars.services import attendance as services
from lms.seminars.services.excuses import excuse
from tests.factories.accounts import make_person
from tests.factories.certificates import make_foundation
from tests.factories.courses import make_course, make_module
from tests.factories.enrolment import make_run
from tests.factories.lessons import make_lesson
from tests.factories.progress import Study, finish, join
from tests.factories.seminars import make_held_lesson, make_presence, make_sitting

# 14:00 in Busan on a Monday.
START = datetime(2026, 11, 9, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(START - timedelta(days=3), tick=False) as traveller:
        yield traveller


@pytest.fixture
def study(app) -> Study:
    make_foundation()
    course = make_course(modules=0)
    for position in range(1, 13):
        make_lesson(make_module(course, position=position), recognised_minutes=60)
    run = make_run(course, ends_on=(START + timedelta(days=60)).date())
    return join(run, make_person())


def held(study: Study, *hours: int) -> list[Sitting]:
    """Give the course live sessions of so many hours, held one a day."""
    return [
        make_sitting(
            study.run,
            make_held_lesson(study.run, recognised_minutes=each * 60),
            starts_at=START + timedelta(days=day),
            ends_at=START + timedelta(days=day, hours=each),
        )
        for day, each in enumerate(hours)
    ]


def was_there(sitting: Sitting, study: Study, *spans: str) -> None:
    """Let somebody be there on a device each, by the minutes after 14:00: "-5-40", "38-70"."""
    for span in spans:
        first, last = (int(minutes) for minutes in span.rsplit("-", 1))
        made = timedelta(minutes=first), timedelta(minutes=last)
        make_presence(sitting, study.enrolment, *(sitting.starts_at + each for each in made))


def close(*sittings: Sitting) -> None:
    for sitting in sittings:
        with unit_of_work():
            services.close(sitting, sitting.ends_at + timedelta(minutes=5))


@pytest.fixture
def finalise(moment, run_jobs) -> Callable[[], None]:
    """Let all the time to object pass."""

    def let_pass() -> None:
        moment.move_to(START + timedelta(days=50))
        run_jobs()
        db.session.expire_all()

    return let_pass


def verdict(sitting: Sitting) -> Attendance:
    db.session.expire_all()
    return db.session.scalars(select(Attendance).where(Attendance.sitting_id == sitting.id)).one()


def figures(study: Study) -> Figures:
    """Return the figures of the roll-up, which are those of the page."""
    kept = db.session.get_one(EnrolmentProgress, study.enrolment.id)
    run = studied_run(study.person.id, study.run.id)
    assert run is not None
    shown = outline(run).figures
    assert (kept.earned_minutes, kept.required_minutes) == (
        shown.earned_minutes,
        shown.required_minutes,
    )
    return shown


def study_alone(study: Study) -> None:
    for lesson in study.lessons:
        finish(study, lesson)


def test_a_nineteen_hours_do_not_complete_and_one_excused_hour_does(study: Study, finalise):
    sessions = held(study, 2, 2, 2, 1, 1, 2, 2)
    study_alone(study)
    for sitting in sessions[:4]:
        was_there(sitting, study, "0-120")
    close(*sessions)
    finalise()
    assert figures(study).earned_minutes == 19 * 60
    assert figures(study).percent == Decimal("79.1")
    assert outcome(figures(study)) == Outcome.PARTICIPATION
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "started"


def test_a_with_the_excuse(study: Study, finalise):
    sessions = held(study, 2, 2, 2, 1, 1, 2, 2)
    study_alone(study)
    for sitting in sessions[:4]:
        was_there(sitting, study, "0-120")
    close(*sessions)
    staff = make_person("staff")
    with unit_of_work():
        excuse(verdict(sessions[4]), reason="Summoned", actor=staff, now=clock.now())
    finalise()
    assert figures(study).earned_minutes == 20 * 60
    assert figures(study).percent == Decimal("83.3")
    completion = db.session.scalars(select(CourseCompletion)).one()
    assert (completion.result, completion.figures["rate"]) == ("completion", "83.3")


@pytest.mark.parametrize(
    "spans, share, said",
    [
        (["-5-40", "38-70", "80-120"], "91.6", ("present", False, False, 120)),  # B
        (["12-120"], "90.0", ("present", True, False, 120)),  # C
        (["0-90"], "75.0", ("partial", False, True, 90)),  # D
    ],
)
def test_b_c_d_a_session_of_two_hours(study: Study, finalise, spans, share, said):
    (sitting, *_others) = sessions = held(study, 2, 10)
    was_there(sitting, study, *spans)
    close(*sessions)
    row = verdict(sitting)
    assert (row.status, row.is_late, row.left_early, row.credited_minutes) == said
    stay = [(sitting.starts_at, sitting.starts_at + timedelta(seconds=row.present_seconds))]
    assert time_present(sitting, stay).percent == Decimal(share)
    finalise()
    assert figures(study).earned_minutes == said[-1]


@pytest.mark.parametrize(
    "missed, counted", [((2, 1), 180), ((2, 2), 216)], ids=["E: a quarter", "F: a third"]
)
def test_e_f_what_is_made_up_counts_to_three_tenths(study: Study, finalise, missed, counted):
    sessions = held(study, *missed, 12 - sum(missed))
    close(*sessions)
    for sitting in sessions[:2]:
        with unit_of_work():
            services.make_up(verdict(sitting), clock.now())
    finalise()
    assert figures(study).earned_minutes == counted
    assert {verdict(each).status for each in sessions} == {"made_up", "absent"}
