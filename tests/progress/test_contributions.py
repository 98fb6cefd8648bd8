"""What somebody has posted, as the task of a discussion: whole, once, and beside what attendance
says never more than the higher of the two."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from lms.core import clock, events
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from lms.progress import rules
from lms.progress.events import CourseCompleted
from lms.progress.models import EnrolmentProgress, Grant, LessonProgress
from lms.progress.queries import outline, studied_run
from lms.progress.queries.catch_up import made_up_by
from lms.progress.services.attendance import take_attendance
from lms.progress.services.contributions import count_contribution, withdraw_contribution
from lms.seminars.events import AttendanceSettled
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run
from tests.factories.progress import Study, finish, join, make_outline
from tests.factories.seminars import make_held_lesson

NOW = clock.now().replace(microsecond=0)
HOUR = 60


# --- the rule, by hand -----------------------------------------------------------------


def facts(attended: int = 0, granted: int = 0, as_: Grant | None = None, *, contributed: bool):
    """Say what is known of a discussion of one hour."""
    return rules.LessonFacts(True, HOUR, contributed, attended, granted, as_, contributed)


NINE_MORE = [rules.LessonFacts(True, HOUR, False)] * 9


@pytest.mark.parametrize(
    "lesson, earned",
    [
        (facts(contributed=True), 60),
        (facts(40, contributed=True), 60),  # the higher of both, never 100
        (facts(60, contributed=True), 60),
        (facts(20, 40, Grant.MADE_UP, contributed=True), 60),
        (facts(0, 60, Grant.EXCUSED, contributed=True), 60),
        (facts(40, contributed=False), 40),
    ],
)
def test_a_contribution_earns_the_session_whole_and_once(lesson, earned: int):
    counts = rules.count([lesson, *NINE_MORE], is_outage_certified=False)
    assert (counts.earned_minutes, counts.required_minutes) == (earned, 600)


def test_what_is_contributed_uses_up_no_cap():
    excused = rules.LessonFacts(True, HOUR, True, 0, HOUR, Grant.EXCUSED)
    both = [facts(0, HOUR, Grant.EXCUSED, contributed=True), excused, *NINE_MORE[:8]]
    # A tenth of ten hours may be excused: the hour that was contributed takes nothing of it.
    assert rules.count(both, is_outage_certified=False).earned_minutes == 120


def test_what_is_studied_alone_earns_nothing_by_a_contribution():
    reading = rules.LessonFacts(False, HOUR, False, has_contributed=True)
    assert rules.count([reading], is_outage_certified=False).earned_minutes == 0


# --- as it is kept ---------------------------------------------------------------------


@pytest.fixture
def study(app) -> Study:
    """A course of two half hours alone and five discussions of one hour each."""
    run = make_run(make_outline(2))
    for _number in range(5):
        make_held_lesson(run, kind="discussion", recognised_minutes=HOUR)
    return join(run, make_person())


@pytest.fixture
def heard(monkeypatch) -> list[CourseCompleted]:
    announced: list[CourseCompleted] = []
    monkeypatch.setitem(events._handlers, CourseCompleted, (announced.append,))
    return announced


def contribute(study: Study, number: int) -> None:
    with unit_of_work():
        count_contribution(study.enrolment.id, study.lessons[2 + number].id, now=NOW)


def withdraw(study: Study, number: int) -> None:
    with unit_of_work():
        withdraw_contribution(study.enrolment.id, study.lessons[2 + number].id, now=NOW)


def attend(study: Study, number: int, attended: int, made_up: int = 0) -> None:
    with unit_of_work():
        take_attendance(
            AttendanceSettled(
                study.enrolment.id,
                study.lessons[2 + number].id,
                attended=attended,
                excused=0,
                made_up=made_up,
                in_full=attended + made_up >= HOUR,
                at=NOW,
            )
        )


def earned(study: Study) -> tuple[int, int]:
    """Return the minutes and lessons of the roll-up; the page of the run must say the same."""
    db.session.expire_all()
    row = db.session.get_one(EnrolmentProgress, study.enrolment.id)
    run = studied_run(study.person.id, study.run.id)
    assert run is not None
    assert outline(run).figures.earned_minutes == row.earned_minutes
    return row.earned_minutes, row.lessons_done


def test_a_contribution_is_counted_once_and_begins_the_course(study: Study):
    contribute(study, 0)
    contribute(study, 0)
    assert earned(study) == (60, 1)
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "started"
    row = db.session.scalars(select(LessonProgress)).one()
    assert (row.contributed_at, row.completed_at) == (NOW, NOW)


def test_attendance_before_and_after_it_takes_nothing_away(study: Study):
    attend(study, 0, 30)
    contribute(study, 0)
    assert earned(study) == (60, 1)
    attend(study, 0, 10)
    assert earned(study) == (60, 1)
    contribute(study, 1)
    attend(study, 1, 0, made_up=60)
    assert earned(study) == (120, 2)
    assert made_up_by(study.enrolment.id).minutes == 0, "what may be made up is left for others"


def test_taken_back_it_leaves_what_attendance_says(study: Study):
    for number, attended in ((0, 30), (1, 60), (2, 0)):
        attend(study, number, attended)
        contribute(study, number)
    assert earned(study) == (180, 3)
    for number in range(3):
        withdraw(study, number)
        withdraw(study, number)
    assert earned(study) == (90, 1)
    withdraw(study, 4)  # there was none
    assert earned(study) == (90, 1)


def test_it_completes_the_course_as_attendance_does_and_that_stands(study: Study, heard):
    for number in range(2):
        finish(study, study.lessons[number])
    for number in range(3):
        attend(study, number, 60)
    assert not heard
    contribute(study, 3)  # 5 of 6 hours
    contribute(study, 3)
    assert [event.enrolment_id for event in heard] == [study.enrolment.id]
    withdraw(study, 3)
    assert earned(study) == (240, 5)
    assert db.session.get_one(Enrolment, study.enrolment.id).state == "completed"


def test_the_person_and_staff_read_that_it_counts(study: Study, signed_in_as):
    attend(study, 0, 30)
    contribute(study, 0)
    page = signed_in_as(study.person).get(f"/en/runs/{study.run.id}").text
    assert "Counted for your contribution" in page
    assert "Attended: 0.5" not in page
    record = signed_in_as(make_person("staff")).get(f"/en/manage/enrolments/{study.enrolment.id}")
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", record.text)).split())
    assert "1 hour of 1 hour · for a contribution" in text
