"""Enrolling, leaving, coming back; planning runs and taking them through their states."""

from datetime import timedelta

import pytest

from lms.core import clock, events
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.courses.queries import catalogue_version
from lms.enrolment import rules, services
from lms.enrolment.events import PersonEnrolled, PersonWithdrew, RunStateChanged
from lms.enrolment.models import CourseRun, Enrolment, RunState
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.lessons import make_lesson

NOW = clock.now()


@pytest.fixture
def heard(monkeypatch):
    announced = []
    for event in (PersonEnrolled, PersonWithdrew, RunStateChanged):
        monkeypatch.setitem(events._handlers, event, (announced.append,))
    return announced


def enrol(person, run, now=NOW):
    with unit_of_work():
        return services.enrol(person, run, now=now)


def leave(enrolment, actor, reason=""):
    with unit_of_work():
        services.leave(enrolment, actor=actor, now=NOW, reason=reason)


def states_of(entity, row):
    return [(event.old, event.new) for event in history_of((entity, row.id))]


# --- enrolments ------------------------------------------------------------------------


def test_enrolling_takes_a_seat_is_announced_and_audited(app, heard):
    run, person = make_run(capacity=5), make_person()
    enrolment = enrol(person, run)
    assert (enrolment.state, run.seats_taken) == ("enrolled", 1)
    assert states_of("enrolment", enrolment) == [("", "enrolled")]
    assert history_of(("enrolment", enrolment.id))[0].actor_id == person.id
    assert heard == [PersonEnrolled(enrolment.id, run.id, person.id, NOW)]


def test_enrolling_twice_is_one_row_and_one_seat(app, heard):
    run, person = make_run(), make_person()
    assert enrol(person, run).id == enrol(person, run).id
    assert run.seats_taken == 1
    assert len(heard) == 1


@pytest.mark.parametrize(
    "values, words",
    [
        ({"state": "approved"}, "not opened"),
        ({"state": "judging"}, "over"),
        ({"state": "completed"}, "over"),
        ({"state": "cancelled"}, "cancelled"),
        ({"enrolment_closes_at": NOW - timedelta(seconds=1)}, "closed"),
        ({"capacity": 1, "seats_taken": 1}, "taken"),
    ],
)
def test_refusals_say_why_and_change_nothing(app, heard, values, words):
    run, person = make_run(**values), make_person()
    seats = run.seats_taken
    with app.test_request_context("/en/"), pytest.raises(Conflict, match=words):
        enrol(person, run)
    assert run.seats_taken == seats
    assert db.session.query(Enrolment).count() == 0
    assert not heard


def test_an_unconfirmed_address_is_asked_for_first(app):
    run, person = make_run(), make_person(email_confirmed_at=None)
    with app.test_request_context("/en/"), pytest.raises(Conflict, match="Confirm"):
        enrol(person, run)


def test_who_is_in_stays_in_when_the_run_has_closed_or_filled(app):
    run, person = make_run(capacity=1), make_person()
    enrolment = enrol(person, run)
    assert enrol(person, run).id == enrolment.id
    assert enrol(person, run, now=run.enrolment_closes_at + timedelta(days=1)).id == enrolment.id


@pytest.mark.parametrize("before, after", [("enrolled", "withdrawn"), ("started", "dropped_out")])
def test_leaving_frees_the_seat_and_coming_back_takes_the_record_up(app, heard, before, after):
    run, person = make_run(capacity=1), make_person()
    enrolment = enrol(person, run)
    if before == "started":
        with unit_of_work():
            services.mark_started(enrolment, now=NOW)
    leave(enrolment, person, reason="No time")
    assert (enrolment.state, enrolment.ended_at, run.seats_taken) == (after, NOW, 0)
    assert history_of(("enrolment", enrolment.id))[-1].reason == "No time"
    again = enrol(person, run)
    assert (again.id, again.state, again.ended_at, run.seats_taken) == (
        enrolment.id, before, None, 1,
    )  # fmt: skip
    assert [type(event) for event in heard] == [PersonEnrolled, PersonWithdrew, PersonEnrolled]


def test_coming_back_is_refused_like_anybody_else(app):
    run, person = make_run(capacity=1), make_person()
    leave(enrol(person, run), person)
    enrol(make_person(), run)
    with app.test_request_context("/en/"), pytest.raises(Conflict, match="taken"):
        enrol(person, run)


def test_leaving_twice_frees_one_seat(app):
    run, person = make_run(), make_person()
    enrol(make_person(), run)
    enrolment = enrol(person, run)
    leave(enrolment, person)
    leave(enrolment, person)
    assert run.seats_taken == 1


def test_who_has_completed_cannot_leave(app):
    run, person = make_run(), make_person()
    enrolment = enrol(person, run)
    with unit_of_work():
        services.mark_completed(enrolment, now=NOW)
    with app.test_request_context("/en/"), pytest.raises(Conflict):
        leave(enrolment, person)
    assert (enrolment.state, run.seats_taken) == ("completed", 1)


def test_starting_and_completing_are_marked_once_by_rule(app):
    enrolment = make_enrolment(make_run(), make_person())
    for mark in (services.mark_started, services.mark_completed):
        for _ in range(2):
            with unit_of_work():
                mark(enrolment, now=NOW)
    changes = history_of(("enrolment", enrolment.id))
    assert [(c.new, c.actor_id) for c in changes] == [("started", None), ("completed", None)]


def test_visitors_see_places_left_at_once_where_there_is_a_limit(app):
    limited, unlimited, person = make_run(capacity=5), make_run(), make_person()
    version = catalogue_version()
    enrol(person, unlimited)
    assert catalogue_version() == version
    enrol(person, limited)
    assert catalogue_version() != version


# --- runs ------------------------------------------------------------------------------


def plan(course, **values):
    today = rules.busan_day(NOW)
    given = {
        "starts_on": today,
        "ends_on": today + timedelta(days=30),
        "enrolment_closes_at": rules.end_of_day(today + timedelta(days=10)),
        "working_language": "en",
        "actor": make_person("staff"),
        "now": NOW,
        **values,
    }
    with unit_of_work():
        return services.create_run(course, **given)


def change(run, new, reason="", version=None, actor=None):
    with unit_of_work():
        services.change_run_state(
            run, RunState(new), actor=actor, now=NOW, reason=reason, version=version
        )


def test_a_planned_run_is_a_draft_with_the_next_number(app):
    course = make_course()
    make_run(course, cohort_no=4)
    teacher = make_person("instructor")
    run = plan(course, instructors=[teacher], capacity=20)
    assert (run.state, run.cohort_no, run.version) == ("draft", 5, 1)
    assert states_of("course_run", run) == [("", "draft")]
    from lms.enrolment.queries import teaches_run

    assert teaches_run(teacher.id, run.id)


@pytest.mark.parametrize(
    "values, field",
    [
        ({"ends_on": rules.busan_day(NOW) - timedelta(days=1)}, "ends_on"),
        ({"enrolment_closes_at": NOW + timedelta(days=60)}, "enrolment_closes_on"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": -3}, "capacity"),
        ({"cohort_no": 4}, "cohort_no"),
        ({"cohort_no": 0}, "cohort_no"),
    ],
)
def test_a_run_that_cannot_be_is_refused_at_its_field(app, values, field):
    course = make_course()
    make_run(course, cohort_no=4)
    with app.test_request_context("/en/"), pytest.raises(Invalid) as caught:
        plan(course, **values)
    assert caught.value.field == field
    assert db.session.query(CourseRun).count() == 1


def test_a_run_goes_through_its_states_announced_audited_and_shown(app, heard):
    course = make_course()
    make_lesson(make_module(course, position=2))
    run, staff = plan(course), make_person("staff")
    for new in ("approved", "running", "judging", "running", "judging", "completed"):
        version, shown = run.version, catalogue_version()
        change(run, new, actor=staff, version=version)
        assert (run.state, run.version) == (new, version + 1)
        assert catalogue_version() != shown
    assert states_of("course_run", run)[1:3] == [("draft", "approved"), ("approved", "running")]
    assert history_of(("course_run", run.id))[-1].actor_id == staff.id
    assert [event.new for event in heard][-1] == "completed"


def test_who_was_second_is_told_so(app):
    run = make_run(make_course(), state="draft")
    change(run, "approved", version=1)
    with app.test_request_context("/en/"), pytest.raises(Conflict, match="Somebody else"):
        change(run, "cancelled", reason="Mistake", version=1)
    assert run.state == "approved"


def test_a_step_that_does_not_fit_is_refused(app):
    run = make_run(state="draft")
    with app.test_request_context("/en/"), pytest.raises(Conflict, match="does not fit"):
        change(run, "running")


def test_a_run_without_sessions_that_count_is_not_opened(app):
    course = make_course()
    make_lesson(make_module(course, position=2), recognised_minutes=0)
    run = make_run(course, state="approved")
    with app.test_request_context("/en/"), pytest.raises(Conflict, match="no session"):
        change(run, "running")


def test_a_run_of_an_unpublished_course_is_not_published(app):
    run = make_run(make_course(state="retired"), state="draft")
    with app.test_request_context("/en/"), pytest.raises(Conflict, match="not published"):
        change(run, "approved")


def test_cancelling_needs_a_reason_that_is_kept(app):
    run = make_run()
    with app.test_request_context("/en/"), pytest.raises(Invalid) as caught:
        change(run, "cancelled")
    assert caught.value.field == "reason"
    change(run, "cancelled", reason="Too few")
    assert history_of(("course_run", run.id))[-1].reason == "Too few"
