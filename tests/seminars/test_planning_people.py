"""Who holds a sitting, how many were counted at each boarding, and whole days in the timetable."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from threading import Barrier

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun, RunInstructor
from lms.seminars.models import DayItem, HeadCount, Sitting, SittingPerson
from lms.seminars.services.head_counts import record_head_count
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting
from tests.factories.speakers import make_invitation
from tests.forms import fill_in


@pytest.fixture
def staff(signed_in_as):
    return signed_in_as(make_person("staff"))


def page_of(browser, path, status=200):
    answer = browser.get(path)
    assert answer.status_code == status, path
    return unescape(answer.text)


def people_page(sitting):
    return f"/en/manage/sessions/{sitting.id}/people"


def holders():
    return db.session.scalars(select(SittingPerson).order_by(SittingPerson.id)).all()


# --- who holds it ----------------------------------------------------------------------


def test_the_runs_instructors_come_first_and_who_is_busy_is_said(staff):
    sitting = make_sitting()
    own = make_person("instructor", full_name="Zoe")
    save(RunInstructor(run_id=sitting.run_id, person_id=own.id))
    busy = make_person("instructor", full_name="Adam")
    make_holder(make_sitting(), busy)
    make_person(full_name="A trainee")
    page = page_of(staff, people_page(sitting))
    assert page.index("Zoe (instructor of this run)") < page.index("Adam (holds another session")
    assert "A trainee" not in page


def test_somebody_is_named_confirmed_and_taken_off(staff):
    sitting = make_sitting()
    person = make_person("instructor", full_name="Park Ji-u")
    path = people_page(sitting)
    answer = fill_in(staff, path, role="instructor", person=f"person-{person.id}")
    assert answer.status_code == 303
    (holder,) = holders()
    assert (holder.person_id, holder.role, holder.confirmed_at) == (person.id, "instructor", None)
    again = fill_in(staff, path, role="instructor", person=f"person-{person.id}")
    assert again.status_code == 422
    assert "They are named already." in again.text
    for _twice in range(2):
        answer = fill_in(staff, path, send_to=f"{path}/{holder.id}/confirm")
        assert answer.status_code == 303
    assert holders()[0].confirmed_at is not None
    number = holder.id
    assert fill_in(staff, path, send_to=f"{path}/{number}/remove").status_code == 303
    assert not holders()
    assert fill_in(staff, path, send_to=f"{path}/{number}/remove").status_code == 404
    events = history_of(("sitting_holders", sitting.id))
    assert [event.new for event in events] == ["named", "confirmed", "removed"]


def test_an_interpreter_has_a_language_and_a_way(staff):
    sitting = make_sitting(make_run())
    path = people_page(sitting)
    entered = {"role": "interpreter", "person": "", "name": "Nguyen Thi Mau"}
    refused = fill_in(staff, path, **entered, mode="consecutive")
    assert refused.status_code == 422
    assert 'value="Nguyen Thi Mau"' in refused.text
    assert fill_in(staff, path, **entered, language="vi").status_code == 422
    fill_in(staff, path, **entered, language="vi", mode="consecutive", channel="2")
    (holder,) = holders()
    assert (holder.name, holder.language, holder.mode, holder.channel) == (
        "Nguyen Thi Mau", "vi", "consecutive", "2",
    )  # fmt: skip
    page = page_of(staff, f"/en/manage/sessions/{sitting.id}/edit")
    assert "plan 200 minutes without breaks" in page


def test_a_language_is_of_no_use_to_others(staff):
    sitting = make_sitting()
    fill_in(
        staff,
        people_page(sitting),
        role="moderator",
        person="",
        name="Kim",
        language="vi",
        mode="simultaneous",
        channel="2",
        is_confirmed="y",
    )
    (holder,) = holders()
    assert (holder.language, holder.mode, holder.channel) == ("", None, "")
    assert holder.confirmed_at is not None


def test_a_speaker_who_said_that_the_time_suits_has_confirmed(staff):
    run = make_run()
    lesson = make_held_lesson(run)
    sitting = make_sitting(run, lesson)
    suits, _token = make_invitation(
        lesson, name="Suits", starts_at=sitting.starts_at, time_answer="fits", state="answered"
    )
    other, _token = make_invitation(lesson, name="Other", time_answer="fits", state="answered")
    revoked, _token = make_invitation(lesson, name="Revoked", state="revoked")
    path = people_page(sitting)
    page = page_of(staff, path)
    assert "Suits (invited speaker: the time suits)" in page
    assert "Other (invited speaker)" in page
    assert "Revoked" not in page
    for each in (suits, other):
        fill_in(staff, path, role="instructor", person=f"speaker-{each.id}")
    assert [bool(holder.confirmed_at) for holder in holders()] == [True, False]
    assert "Suits" in page_of(staff, f"/en/manage/sessions/{sitting.id}")
    gone = fill_in(staff, path, role="instructor", person=f"speaker-{revoked.id}")
    assert gone.status_code == 422


@pytest.mark.parametrize("person", ["person-1999999999", "person-x", "speaker-1", "1"])
def test_only_who_is_offered_can_be_named(staff, person):
    sitting = make_sitting()
    assert fill_in(staff, people_page(sitting), role="instructor", person=person).status_code == 422
    assert not holders()


def test_instructors_confirm_their_own_time_and_nobody_elses(signed_in_as):
    run = make_run()
    sitting = make_sitting(run)
    mine, theirs = (make_person("instructor") for _each in range(2))
    for person in (mine, theirs):
        save(RunInstructor(run_id=run.id, person_id=person.id))
    own = make_holder(sitting, mine, confirmed_at=None).id
    other = make_holder(sitting, theirs, confirmed_at=None).id
    browser = signed_in_as(mine)
    path = f"/en/manage/sessions/{sitting.id}"
    page = page_of(browser, path)
    assert f"/people/{own}/confirm" in page
    assert f"/people/{other}/confirm" not in page
    for number, status in ((own, 303), (other, 403)):
        answer = fill_in(browser, path, send_to=f"{path}/people/{number}/confirm")
        assert answer.status_code == status
    assert [bool(holder.confirmed_at) for holder in holders()] == [True, False]


def test_a_holder_of_another_sitting_is_not_reached_through_this_one(staff):
    sitting, other = make_sitting(), make_sitting()
    number = make_holder(other, make_person("instructor")).id
    path = people_page(sitting)
    assert fill_in(staff, path, send_to=f"{path}/{number}/remove").status_code == 404
    assert len(holders()) == 1


# --- counting people -------------------------------------------------------------------


def visit(**values):
    run = make_run()
    for _each in range(3):
        make_enrolment(run, make_person())
    make_enrolment(run, make_person(), state="withdrawn")
    return make_sitting(run, make_held_lesson(run, kind="field"), **values)


def counted(browser, sitting, **entered):
    path = f"/en/manage/sessions/{sitting.id}/head-count"
    return fill_in(browser, path, **{"boarding": "Bus", "expected": "3", "counted": "2", **entered})


def test_people_are_counted_beside_how_many_there_should_be(signed_in_as):
    sitting = visit()
    person = make_person("instructor")
    save(RunInstructor(run_id=sitting.run_id, person_id=person.id))
    browser = signed_in_as(person)
    path = f"/en/manage/sessions/{sitting.id}/head-count"
    assert re.search('name="expected"[^>]*value="3"', page_of(browser, path))
    assert counted(browser, sitting, missing="Bat-Erdene").status_code == 303
    page = page_of(browser, path)
    assert "1 missing" in page
    assert "2 of 3" in page
    assert "Bat-Erdene" in page
    assert "2 of 3" in page_of(browser, f"/en/manage/sessions/{sitting.id}")


def test_counted_again_it_replaces_and_what_was_there_is_recorded(staff):
    sitting = visit()
    counted(staff, sitting)
    counted(staff, sitting)  # sent twice
    (first,) = db.session.scalars(select(HeadCount)).all()
    page = page_of(staff, f"/en/manage/sessions/{sitting.id}/head-count?count={first.id}")
    assert 'value="Bus"' in page
    counted(staff, sitting, counted="3")
    counted(staff, sitting, boarding="Bus back", counted="3")
    rows = db.session.scalars(select(HeadCount).order_by(HeadCount.id)).all()
    assert [(row.boarding, row.counted) for row in rows] == [("Bus", 3), ("Bus back", 3)]
    events = history_of(("head_count", sitting.id))
    assert [(event.old, event.new) for event in events] == [
        ("", "2/3"), ("2/3", "3/3"), ("", "3/3"),
    ]  # fmt: skip
    assert "Counted: 3/3" in page_of(staff, f"/en/manage/sessions/{sitting.id}")


@pytest.mark.parametrize("wrong", [
    {"boarding": " "}, {"expected": ""}, {"counted": "-1"}, {"counted": "many"},
    {"counted": "1001"}, {"boarding": "x" * 121},
])  # fmt: skip
def test_what_is_no_count_is_refused(staff, wrong):
    answer = counted(staff, visit(), missing="Bold", **wrong)
    assert answer.status_code == 422
    assert "Bold" in answer.text
    assert not db.session.scalars(select(HeadCount)).all()


def test_nobody_is_counted_where_nobody_boards(staff):
    page_of(staff, f"/en/manage/sessions/{make_sitting().id}/head-count", 404)
    assert counted(staff, visit(state="cancelled")).status_code == 409


def test_two_who_count_at_once_leave_one_count(app_of_its_own):
    with app_of_its_own.app_context():
        sitting_id = visit().id
        people = [make_person("staff").id for _each in range(2)]
        db.session.remove()
    together = Barrier(2)

    def count(person_id, number):
        with app_of_its_own.test_request_context("/en/"):
            person = db.session.get_one(Person, person_id)
            sitting = db.session.get_one(Sitting, sitting_id)
            together.wait(30)
            said = {"expected": 3, "counted": number, "missing": ""}
            with unit_of_work():
                record_head_count(sitting, "Bus", **said, actor=person, now=clock.now())
            db.session.remove()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(count, people, (2, 3)))
    with app_of_its_own.app_context():
        (row,) = db.session.scalars(select(HeadCount)).all()
        events = sorted(history_of(("head_count", sitting_id)), key=lambda event: event.id)
        counts = [event.new for event in events]
        assert sorted(counts) == ["2/3", "3/3"]
        assert counts[-1] == f"{row.counted}/3"
        db.session.remove()


# --- whole days ------------------------------------------------------------------------


def items():
    return db.session.scalars(select(DayItem).order_by(DayItem.id)).all()


DAYS = {"title-en": "Reading week", "first_on": "2090-11-05", "last_on": "2090-11-08"}


def test_days_are_added_changed_and_taken_out(staff):
    run_id = make_run().id
    plan = f"/en/manage/runs/{run_id}/sessions"
    fill_in(staff, f"/en/manage/runs/{run_id}/days/new", **DAYS)
    (item,) = items()
    assert (item.first_on, item.last_on) == (date(2090, 11, 5), date(2090, 11, 8))
    assert "Reading week" in page_of(staff, plan)
    path = f"/en/manage/days/{item.id}"
    changed = {**DAYS, "last_on": "", "revision": "0"}
    for _twice in range(2):
        assert fill_in(staff, path, **changed).status_code == 303
    (item,) = items()
    assert (item.last_on, item.sequence) == (date(2090, 11, 5), 1)
    for _twice in range(2):
        assert fill_in(staff, plan, send_to=f"{path}/remove").status_code == 303
    (item,) = items()
    assert (item.is_cancelled, item.sequence) == (True, 2)
    assert "Reading week" not in page_of(staff, plan)
    assert page_of(staff, path, 409)
    events = history_of(("day_item", item.id))
    assert [event.new for event in events] == ["added", "changed", "removed"]


def test_days_sent_twice_are_there_once_and_may_come_back(staff):
    run = make_run()
    add, plan = (f"/en/manage/runs/{run.id}/{page}" for page in ("days/new", "sessions"))
    for _push in range(2):
        assert fill_in(staff, add, **DAYS).status_code == 303
    (item,) = items()
    fill_in(staff, plan, send_to=f"/en/manage/days/{item.id}/remove")
    fill_in(staff, add, **DAYS)
    fill_in(staff, add, **{**DAYS, "title-en": "Holiday"})
    assert [each.is_cancelled for each in items()] == [True, False, False]


def test_who_comes_second_sees_both_days(staff):
    run = make_run()
    item = save(
        DayItem(
            run_id=run.id,
            uid="day-1",
            title=words("Study"),
            first_on=date(2090, 11, 5),
            last_on=date(2090, 11, 5),
            sequence=3,
            updated_at=clock.now(),
        )
    )
    path = f"/en/manage/days/{item.id}"
    answer = fill_in(staff, path, **DAYS, revision="2")
    assert answer.status_code == 409
    assert "2090-11-08" in answer.text
    assert db.session.get_one(DayItem, item.id).last_on == date(2090, 11, 5)


@pytest.mark.parametrize("wrong", [
    {"title-en": ""}, {"first_on": ""}, {"first_on": "soon"}, {"last_on": "2090-11-04"},
    {"last_on": "2091-12-04"}, {"first_on": "1990-11-05"},
])  # fmt: skip
def test_what_are_no_days_is_refused(staff, wrong):
    path = f"/en/manage/runs/{make_run().id}/days/new"
    answer = fill_in(staff, path, **{**DAYS, **wrong})
    assert answer.status_code == 422
    assert not items()


def test_a_run_that_is_over_keeps_its_timetable(staff):
    run = make_run(state="completed", ends_on=clock.now().date() - timedelta(days=1))
    answer = fill_in(staff, f"/en/manage/runs/{run.id}/days/new", **DAYS)
    assert answer.status_code == 409
    assert db.session.get_one(CourseRun, run.id).state == "completed"
