"""Planning sittings and taking them through their states."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.events import RunStateChanged
from lms.enrolment.models import RunState
from lms.jobs.models import Job
from lms.seminars.models import InterpretingMode, SittingRole, SittingState
from lms.seminars.rules.sittings import Phase, breaks_fit, clashes, net_minutes, phase
from lms.seminars.services import holders
from lms.seminars.services import sittings as services
from lms.seminars.services.steps import take_step
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run
from tests.factories.seminars import make_held_lesson, make_holder, make_sitting

DAY = timedelta(days=1)


@pytest.fixture
def staff(app):
    return make_person("staff")


def tomorrow(hour=6):
    return clock.now().replace(hour=hour, minute=0, second=0, microsecond=0) + 2 * DAY


def content(**values):
    starts_at = values.pop("starts_at", tomorrow())
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), **values}


def jobs(kind):
    return db.session.scalars(
        select(Job).where(Job.kind == f"seminars.{kind}", Job.state == "queued")
    ).all()


def plan(run, staff, lesson=None, **values):
    with unit_of_work():
        return services.plan_sitting(run, lesson, content(**values), actor=staff, now=clock.now())


def test_a_plan_is_told_to_nobody_until_it_is_scheduled(app, staff):
    run = make_run()
    sitting = plan(run, staff, make_held_lesson(run), room_kind="link")
    assert sitting.state == SittingState.PLANNED
    assert not jobs("tell_change")
    with pytest.raises(Conflict, match="instructor"), unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    holder = make_holder(sitting, make_person(), confirmed_at=None)
    with pytest.raises(Conflict, match="confirmed"), unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    with unit_of_work():
        holders.confirm_holder(holder, actor=staff, now=clock.now())
        services.schedule(sitting, actor=staff, now=clock.now())
        services.schedule(sitting, actor=staff, now=clock.now())  # harmless
    assert [job.payload for job in jobs("tell_change")] == [{"sitting_id": sitting.id}]
    assert {job.payload["reminder"] for job in jobs("remind")} == {"day", "hour"}
    (close,) = jobs("close")
    assert close.run_after == sitting.ends_at + timedelta(minutes=5)
    assert [event.new for event in history_of(("sitting", sitting.id))] == ["planned", "scheduled"]


def test_a_public_session_is_planned_with_its_places_for_guests(app, staff):
    sitting = plan(make_run(), staff, title=words("Open"), is_public=True, guest_capacity=80)
    assert (sitting.guest_capacity, sitting.guests_taken) == (80, 0)


def test_without_a_place_nothing_is_scheduled(app, staff):
    run = make_run()
    sitting = plan(run, staff, make_held_lesson(run))
    with pytest.raises(Conflict, match="where"), unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())


def test_a_move_says_why_and_makes_what_was_planned_void(app, staff):
    sitting = make_sitting()
    later = content(starts_at=sitting.starts_at + DAY)
    with pytest.raises(Invalid, match="why"), unit_of_work():
        services.change_sitting(sitting, later, revision=1, reason="", actor=staff, now=clock.now())
    assert (sitting.sequence, sitting.previous_starts_at) == (0, None)
    before = sitting.starts_at
    with unit_of_work():
        assert services.change_sitting(
            sitting, later, revision=1, reason="Mayor", actor=staff, now=clock.now()
        )
        # Sent once more, it says nothing new.
        assert services.change_sitting(
            sitting, later, revision=1, reason="Mayor", actor=staff, now=clock.now()
        )
    assert (sitting.sequence, sitting.previous_starts_at) == (1, before)
    assert len(jobs("tell_change")) == 1
    assert {job.payload["sequence"] for job in jobs("remind")} == {1}


def test_what_runs_may_go_on_longer_and_begins_no_second_time_in_the_past(app, staff):
    begun = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=50)
    sitting = make_sitting(starts_at=begun)

    def change(revision=1, **to):
        with unit_of_work():
            return services.change_sitting(
                sitting, to, revision=revision, reason="Questions", actor=staff, now=clock.now()
            )

    with pytest.raises(Invalid) as refused:
        change(starts_at=begun - timedelta(minutes=5), ends_at=sitting.ends_at)
    assert refused.value.field == "starts_at"
    with pytest.raises(Invalid) as refused:
        change(ends_at=begun + timedelta(minutes=40))
    assert refused.value.field == "ends_at"
    assert change(ends_at=begun + timedelta(minutes=150))
    assert sitting.sequence == 1
    (close,) = [job for job in jobs("close") if job.payload["sequence"] == 1]
    assert close.run_after == begun + timedelta(minutes=155)
    assert not jobs("remind")


def test_who_comes_second_does_not_overwrite(app, staff):
    sitting = make_sitting()
    with unit_of_work():
        assert services.change_sitting(
            sitting, {"slot_name": "Asia"}, revision=1, reason="", actor=staff, now=clock.now()
        )
    with unit_of_work():
        assert not services.change_sitting(
            sitting, {"slot_name": "Europe"}, revision=1, reason="", actor=staff, now=clock.now()
        )
    assert sitting.slot_name == "Asia"


def test_a_new_place_is_told_a_new_break_is_not(app, staff):
    sitting = make_sitting()
    with unit_of_work():
        services.change_sitting(
            sitting, {"breaks": [[50, 60]]}, revision=1, reason="", actor=staff, now=clock.now()
        )
    assert not jobs("tell_change")
    with unit_of_work():
        services.change_sitting(
            sitting, {"venue": words("Hall")}, revision=2, reason="", actor=staff, now=clock.now()
        )
    assert len(jobs("tell_change")) == 1
    # What was planned before is void by it: attendance must be counted all the same.
    assert [job.payload["sequence"] for job in jobs("close")] == [1]


def test_postponed_then_given_a_new_time_then_cancelled(app, staff):
    sitting = make_sitting()
    make_holder(sitting, make_person())
    first = sitting.starts_at
    with unit_of_work():
        services.postpone(sitting, reason="Flood", actor=staff, now=clock.now())
        services.postpone(sitting, reason="Flood", actor=staff, now=clock.now())
    with unit_of_work():
        services.change_sitting(
            sitting,
            content(starts_at=first + 7 * DAY),
            revision=sitting.revision,
            reason="",
            actor=staff,
            now=clock.now(),
        )
        services.schedule(sitting, actor=staff, now=clock.now())
    with pytest.raises(Invalid, match="why"), unit_of_work():
        services.cancel(sitting, reason="", actor=staff, now=clock.now())
    with unit_of_work():
        services.cancel(sitting, reason="No speaker", actor=staff, now=clock.now())
        services.cancel(sitting, reason="No speaker", actor=staff, now=clock.now())
    assert len(jobs("tell_change")) == sitting.sequence == 3
    with pytest.raises(Conflict), unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())


def test_only_a_plan_can_be_removed(app, staff):
    run = make_run()
    sitting = plan(run, staff, title=words("Tech check"))
    known = make_sitting(run)
    with pytest.raises(Conflict, match="cancel"), unit_of_work():
        services.remove_sitting(known, actor=staff, now=clock.now())
    with unit_of_work():
        services.remove_sitting(sitting, actor=staff, now=clock.now())
    assert db.session.get(type(sitting), sitting.id) is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_at": tomorrow(5)}, "ends_at"),
        ({"ends_at": tomorrow() + DAY}, "ends_at"),
        ({"breaks": [[110, 130]]}, "breaks"),
        ({"breaks": [[0, 120]]}, "breaks"),
        ({"breaks": [[50, 60], [55, 70]]}, "breaks"),
        ({"title": None}, "title"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(app, staff, values, field):
    with pytest.raises(Invalid) as refused:
        plan(make_run(), staff, **{"title": words("Tech check"), **values})
    assert refused.value.field == field


def test_a_series_keeps_its_hour_in_busan_and_each_is_its_own(app, staff):
    run = make_run()
    lessons = [make_held_lesson(run) for _each in range(3)]
    with unit_of_work():
        series = services.plan_series(run, lessons, content(), actor=staff, now=clock.now())
    starts = [sitting.starts_at for sitting in series]
    assert [later - starts[0] for later in starts] == [timedelta(), 7 * DAY, 14 * DAY]
    assert len({sitting.uid for sitting in series}) == 3


def test_a_run_that_is_over_takes_no_sitting(app, staff):
    with pytest.raises(Conflict, match="over"):
        plan(make_run(state="completed"), staff, title=words("Late"))


@pytest.mark.parametrize("state", ["planned", "postponed"])
@pytest.mark.parametrize("of_run", ["cancelled", "completed"])
def test_in_a_run_that_is_off_or_over_nothing_is_announced(app, staff, state, of_run):
    sitting = make_sitting(make_run(state=of_run), state=state)
    make_holder(sitting, make_person())
    with pytest.raises(Conflict, match="run is over"), unit_of_work():
        services.schedule(sitting, actor=staff, now=clock.now())
    with pytest.raises(Conflict, match="run is over"), unit_of_work():
        take_step(
            sitting, SittingState.SCHEDULED, revision=1, reason="", actor=staff, now=clock.now()
        )
    assert not jobs("tell_change")


def test_with_its_run_a_postponed_one_is_off_too_though_its_old_time_has_passed(app):
    run = make_run()
    begun = clock.now() - 2 * DAY
    waiting = make_sitting(run, state="postponed", starts_at=begun)
    held = make_sitting(run, starts_at=begun)
    with unit_of_work():
        services.call_off_with_run(
            RunStateChanged(run.id, RunState.RUNNING, RunState.CANCELLED, clock.now(), "Flood")
        )
    assert (waiting.state, waiting.change_reason) == ("cancelled", "Flood")
    assert held.state == "scheduled"
    assert len(jobs("tell_change")) == 1


def test_interpreters_have_a_language_and_nobody_stands_twice(app, staff):
    sitting = make_sitting()
    with pytest.raises(Invalid), unit_of_work():
        holders.add_holder(sitting, SittingRole.INTERPRETER, name="A", actor=staff, now=clock.now())
    interpreter = {
        "name": "A",
        "language": "vi",
        "mode": InterpretingMode.SIMULTANEOUS,
        "channel": "2",
    }
    with unit_of_work():
        holders.add_holder(
            sitting, SittingRole.INTERPRETER, actor=staff, now=clock.now(), **interpreter
        )
    with pytest.raises(Invalid, match="already"), unit_of_work():
        holders.add_holder(
            sitting, SittingRole.INTERPRETER, actor=staff, now=clock.now(), **interpreter
        )


def test_what_the_clock_tells_of_a_scheduled_sitting():
    start = datetime(2026, 11, 4, 6, tzinfo=UTC)
    end = start + timedelta(hours=2)

    def at(minutes, state=SittingState.SCHEDULED):
        return phase(state, start, end, start + timedelta(minutes=minutes))

    assert at(-16) == Phase.SCHEDULED
    assert at(-15) == Phase.OPEN
    assert at(0) == Phase.LIVE
    assert at(119) == Phase.LIVE
    assert at(120) == Phase.ENDED
    assert at(10, SittingState.CANCELLED) == Phase.CANCELLED
    assert at(10, SittingState.POSTPONED) == Phase.POSTPONED
    assert net_minutes(start, end, [[50, 60]]) == 110
    assert breaks_fit([[50, 60]], 120)


def test_clashes_are_told_of_both_and_neighbours_do_not_clash():
    day = datetime(2026, 11, 4, tzinfo=UTC)

    def at(hour):
        return day + timedelta(hours=hour)

    found = clashes(
        [(1, at(6), at(8)), (2, at(8), at(9)), (3, at(7), at(8.5)), (4, at(20), at(22))]
    )
    assert {key: sorted(others) for key, others in found.items()} == {1: [3], 2: [3], 3: [1, 2]}
