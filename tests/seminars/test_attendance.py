"""From presence to a verdict: counted, told, made final, settled among somebody's hours."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.core import clock, events
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.notifications.models import Notice
from lms.progress.models import EnrolmentProgress
from lms.seminars.events import AttendanceSettled
from lms.seminars.models import Attendance, AttendanceStatus, Presence, Sitting, SittingState
from lms.seminars.services import attendance as services
from lms.seminars.services.excuses import excuse, withdraw_excuse
from lms.seminars.services.ticks import tick, untick
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_run
from tests.factories.progress import join
from tests.factories.seminars import make_held_lesson, make_presence, make_sitting

PRESENT, PARTIAL, ABSENT, EXCUSED, MADE_UP = AttendanceStatus
# A Wednesday, 14:00 to 16:00 in Busan.
START = datetime(2026, 11, 4, 5, tzinfo=UTC)
END = START + timedelta(hours=2)
AFTER = END + timedelta(minutes=5)
DUE = datetime(2026, 11, 9, 14, 59, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NINE_HOURS = timedelta(hours=9)


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(START - timedelta(days=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def run(app):
    return make_run()


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def bat(run):
    return join(run, make_person(full_name="Bat")).enrolment


@pytest.fixture
def sitting(run):
    lesson = make_held_lesson(run)
    return make_sitting(run, lesson, starts_at=START, ends_at=END)


@pytest.fixture
def heard(monkeypatch) -> list[AttendanceSettled]:
    announced: list[AttendanceSettled] = []
    monkeypatch.setitem(events._handlers, AttendanceSettled, (announced.append,))
    return announced


def close(sitting: Sitting, now: datetime = AFTER) -> None:
    with unit_of_work():
        services.close(sitting, now)


def recount(sitting: Sitting, now: datetime = AFTER) -> None:
    with unit_of_work():
        services.recount(sitting, now)


def make_final(sitting: Sitting, now: datetime = DUE) -> None:
    with unit_of_work():
        services.make_final(sitting, actor=None, now=now)


def verdict(sitting: Sitting, enrolment) -> Attendance:
    db.session.expire_all()
    return db.session.scalars(
        select(Attendance).where(
            Attendance.sitting_id == sitting.id, Attendance.enrolment_id == enrolment.id
        )
    ).one()


def verdicts(sitting: Sitting) -> dict[int, tuple[str, int]]:
    rows = db.session.scalars(select(Attendance).where(Attendance.sitting_id == sitting.id))
    return {row.enrolment_id: (row.status, row.credited_minutes) for row in rows}


def told(enrolment) -> list[str]:
    notices = select(Notice).where(Notice.person_id == enrolment.person_id).order_by(Notice.id)
    return [notice.context["status"] for notice in db.session.scalars(notices)]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


# --- counting --------------------------------------------------------------------------


def test_everybody_in_the_run_is_counted_from_all_devices(run, sitting, bat):
    early, absent, gone = (join(run, make_person()).enrolment for _ in range(3))
    left_before = join(run, make_person(), state="withdrawn").enrolment
    make_presence(sitting, bat, at(-5), at(40))
    make_presence(sitting, bat, at(38), at(70), source="report")
    make_presence(sitting, bat, at(80), at(120))
    make_presence(sitting, early, at(0), at(90))
    make_presence(sitting, gone, at(0), at(100))
    gone.state = "dropped_out"
    db.session.commit()
    close(sitting)
    assert verdicts(sitting) == {
        bat.id: (PRESENT, 120),
        early.id: (PARTIAL, 90),
        absent.id: (ABSENT, 0),
        gone.id: (PRESENT, 120),
    }
    assert left_before.id not in verdicts(sitting)
    row = verdict(sitting, bat)
    assert (row.present_seconds, row.evidence) == (110 * 60, "link report")
    assert verdict(sitting, early).left_early


def test_a_stay_without_an_end_and_what_was_withdrawn_count_nothing(sitting, bat):
    open_stay = make_presence(sitting, bat)
    open_stay.left_at = None
    make_presence(sitting, bat, source="report", withdrawn_at=AFTER)
    db.session.commit()
    close(sitting)
    assert verdicts(sitting) == {bat.id: (ABSENT, 0)}


def test_breaks_count_for_nobody(run, bat):
    sitting = make_sitting(
        run, make_held_lesson(run), starts_at=START, ends_at=END, breaks=[[0, 20], [70, 80]]
    )
    make_presence(sitting, bat, at(25), at(70))
    close(sitting)
    row = verdict(sitting, bat)
    assert (row.status, row.present_seconds, row.credited_minutes) == (PARTIAL, 45 * 60, 60)
    assert not row.is_late


def test_counting_again_without_new_evidence_changes_and_tells_nothing(sitting, bat):
    make_presence(sitting, bat, at(0), at(60))
    close(sitting)
    before = (verdict(sitting, bat).id, verdicts(sitting), len(told(bat)))
    recount(sitting)
    recount(sitting, AFTER + timedelta(hours=1))
    close(sitting)
    after = (verdict(sitting, bat).id, verdicts(sitting), len(told(bat)))
    assert after == before
    assert verdict(sitting, bat).decided_at == AFTER


def test_before_the_end_nothing_is_counted(sitting, bat):
    make_presence(sitting, bat)
    recount(sitting, at(30))
    assert verdicts(sitting) == {}
    with pytest.raises(Conflict):
        close(sitting, at(30))


def test_counting_costs_the_same_for_one_and_for_sixty(run, sitting, count_statements):
    def cost() -> int:
        with count_statements() as statements:
            recount(sitting)
        return len(statements)

    people = [join(run, make_person()).enrolment]
    make_presence(sitting, people[0])
    sitting.state = "ended"
    db.session.commit()
    first, again = cost(), cost()
    people += [join(run, make_person()).enrolment for _ in range(60)]
    for enrolment in people[1:]:
        make_presence(sitting, enrolment, at(0), at(50))
    many = cost()
    for enrolment in people[1:]:
        make_presence(sitting, enrolment, at(50), at(120))
    assert many == first
    assert cost() <= again + 2, "verdicts are written together"
    assert set(verdicts(sitting).values()) == {(PRESENT, 120)}


# --- provisional -----------------------------------------------------------------------


def test_everybody_is_told_and_has_three_working_days(sitting, bat, run_jobs, outbox, moment):
    make_presence(sitting, bat, at(12), at(120))
    moment.move_to(AFTER)
    close(sitting, clock.now())
    assert (sitting.state, sitting.notified_at) == (SittingState.PROVISIONAL, AFTER)
    assert sitting.final_due_at == DUE, "Thursday, Friday, Monday"
    run_jobs()
    (mail,) = outbox
    assert "provisional" in mail.subject
    for words in ("Present, came late", "108 of 120 minutes", "2 of 2 hours", "22:59"):
        assert words in mail.body
    assert "Busan" in mail.body
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.endpoint, notice.values) == ("seminars.show_sitting", {"sitting_id": sitting.id})


def test_holidays_at_home_are_no_working_days(sitting, bat):
    from tests.factories.seminars import make_holiday

    make_holiday(region="KR", first_on=DUE.date(), last_on=DUE.date())
    close(sitting)
    assert sitting.final_due_at == DUE + timedelta(days=1)


def test_who_gains_by_late_evidence_is_told_and_the_day_stands(sitting, bat, run):
    other = join(run, make_person()).enrolment
    close(sitting)
    make_presence(sitting, bat, source="report")
    recount(sitting, AFTER + timedelta(days=1))
    assert (told(bat), told(other)) == ([ABSENT, PRESENT], [ABSENT])
    assert sitting.final_due_at == DUE


def test_who_loses_by_it_may_object_anew(sitting, bat, run_jobs, moment):
    presence = make_presence(sitting, bat, source="report")
    close(sitting)
    friday = AFTER + timedelta(days=2)
    db.session.get_one(Presence, presence.id).withdrawn_at = friday
    db.session.commit()
    recount(sitting, friday)
    assert told(bat) == [PRESENT, ABSENT]
    later = datetime(2026, 11, 11, 14, 59, 59, tzinfo=UTC)
    assert sitting.final_due_at == later
    moment.move_to(DUE + MINUTE)
    run_jobs()
    assert db.session.get_one(Sitting, sitting.id).state == SittingState.PROVISIONAL
    moment.move_to(later)
    run_jobs()
    assert db.session.get_one(Sitting, sitting.id).state == SittingState.FINAL


def test_of_a_tech_check_nobody_is_told(run, bat):
    from tests.factories import words

    sitting = make_sitting(
        run, make_held_lesson(run), lesson_id=None, title=words("Tech check"),
        starts_at=START, ends_at=END,
    )  # fmt: skip
    make_presence(sitting, bat)
    close(sitting)
    assert verdicts(sitting) == {bat.id: (PRESENT, 0)}
    assert told(bat) == []


def test_who_attended_the_other_slot_is_not_told_of_having_been_absent(run, bat, sitting):
    other = join(run, make_person()).enrolment
    lesson = sitting.lesson_id
    second = make_sitting(
        run,
        lesson_id=lesson,
        starts_at=START + timedelta(hours=9),
        ends_at=END + timedelta(hours=9),
    )
    make_presence(sitting, bat)
    close(sitting)
    close(second, AFTER + NINE_HOURS)
    assert (told(bat), told(other)) == ([PRESENT], [ABSENT, ABSENT])
    notices = select(Notice).where(Notice.person_id == other.person_id).order_by(Notice.id)
    repeated = [notice.context["is_repeated"] for notice in db.session.scalars(notices)]
    assert repeated == [True, False]


# --- the jobs --------------------------------------------------------------------------


def test_jobs_take_a_sitting_from_its_end_to_the_hours_of_those_who_came(
    sitting, bat, run_jobs, moment, staff
):
    from lms.seminars.services.sittings import schedule
    from tests.factories.seminars import make_holder

    make_holder(sitting, make_person())
    sitting.state = "postponed"
    db.session.commit()
    with unit_of_work():
        schedule(sitting, actor=staff, now=clock.now())
    make_presence(sitting, bat, at(0), at(90))
    moment.move_to(END + MINUTE)
    run_jobs()
    assert db.session.get_one(Sitting, sitting.id).state == SittingState.SCHEDULED
    moment.move_to(AFTER)
    run_jobs()
    assert db.session.get_one(Sitting, sitting.id).state == SittingState.PROVISIONAL
    assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes == 0
    moment.move_to(DUE)
    run_jobs()
    db.session.expire_all()
    assert db.session.get_one(Sitting, sitting.id).state == SittingState.FINAL
    assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes == 90
    changes = [event.new for event in history_of(("sitting", sitting.id))]
    assert changes[-3:] == ["ended", "attendance_provisional", "attendance_final"]
    assert not db.session.scalars(select(Job).where(Job.state == "failed")).all()


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_a_sitting_that_was_not_held_is_not_counted(sitting, bat, state):
    from lms.seminars.tasks import close as close_job

    sitting.state = state
    db.session.commit()
    with time_machine.travel(AFTER, tick=False):
        close_job(sitting.id, sitting.sequence)
    assert verdicts(sitting) == {}


def test_a_job_made_for_an_earlier_plan_is_void(sitting, bat):
    from lms.seminars.tasks import close as close_job

    with time_machine.travel(AFTER, tick=False):
        close_job(sitting.id, sitting.sequence - 1)
    assert db.session.get_one(Sitting, sitting.id).state == SittingState.SCHEDULED


# --- final -----------------------------------------------------------------------------


def test_nobody_makes_it_final_while_people_may_object(sitting, bat, staff):
    with pytest.raises(Conflict):
        make_final(sitting)
    close(sitting)
    with pytest.raises(Conflict):
        make_final(sitting, DUE - MINUTE)
    make_final(sitting)
    make_final(sitting)
    assert sitting.state == SittingState.FINAL


def test_what_is_final_never_changes_by_itself(sitting, bat, run_jobs, heard, moment):
    staff = make_person("staff")
    close(sitting)
    make_final(sitting)
    moment.move_to(DUE)
    run_jobs()
    assert [(event.attended, event.in_full) for event in heard] == [(0, False)]
    make_presence(sitting, bat, source="report")
    recount(sitting, DUE + MINUTE)
    assert verdicts(sitting) == {bat.id: (ABSENT, 0)}
    assert told(bat) == [ABSENT]
    with pytest.raises(Conflict, match="final"), unit_of_work():
        tick(sitting, [bat.id], reason="Was there", actor=staff, now=DUE + MINUTE)
    with pytest.raises(Conflict, match="final"), unit_of_work():
        excuse(verdict(sitting, bat), reason="Ill", actor=staff, now=DUE + MINUTE)
    assert len(heard) == 1


def test_of_repeated_sittings_the_best_final_one_counts(run, sitting, bat, heard):
    lesson = sitting.lesson_id
    later = timedelta(days=1)
    second = make_sitting(run, lesson_id=lesson, starts_at=START + later, ends_at=END + later)
    make_presence(sitting, bat, at(0), at(60))
    make_presence(second, bat, second.starts_at, second.starts_at + timedelta(minutes=90))
    close(sitting)
    close(second, AFTER + later)
    make_final(sitting)
    with unit_of_work():
        services.settle(bat.id, lesson, DUE)
    make_final(second, DUE + later)
    with unit_of_work():
        services.settle(bat.id, lesson, DUE + later)
    assert [event.attended for event in heard] == [60, 90]


def test_a_sitting_without_a_lesson_announces_nothing(run, bat, run_jobs, heard, moment):
    from tests.factories import words

    sitting = make_sitting(
        run, make_held_lesson(run), lesson_id=None, title=words("Tech check"),
        starts_at=START, ends_at=END,
    )  # fmt: skip
    close(sitting)
    make_final(sitting)
    moment.move_to(DUE)
    run_jobs()
    assert heard == []


# --- made up ---------------------------------------------------------------------------


def test_made_up_before_it_is_final_it_counts_with_the_rest(sitting, bat, heard, run_jobs, moment):
    make_presence(sitting, bat, at(0), at(60))
    close(sitting)
    for _twice in range(2):
        with unit_of_work():
            services.make_up(verdict(sitting, bat), AFTER + MINUTE)
    assert heard == []
    recount(sitting)
    row = verdict(sitting, bat)
    assert (row.status, row.credited_minutes, row.evidence) == (MADE_UP, 60, "link catch_up")
    make_final(sitting)
    moment.move_to(DUE)
    run_jobs()
    (event,) = heard
    assert (event.attended, event.made_up, event.in_full) == (60, 60, True)
    changes = history_of(("attendance", row.id))
    assert [(change.old, change.new, change.actor_id) for change in changes] == [
        (PARTIAL, MADE_UP, None)
    ]


def test_made_up_after_it_was_final_it_is_announced_at_once(sitting, bat, heard):
    close(sitting)
    make_final(sitting)
    for _twice in range(2):
        with unit_of_work():
            services.make_up(verdict(sitting, bat), DUE + MINUTE)
    assert [(event.attended, event.made_up) for event in heard] == [(0, 120)]


def test_who_was_present_makes_nothing_up(sitting, bat, heard):
    make_presence(sitting, bat)
    close(sitting)
    make_final(sitting)
    with unit_of_work():
        services.make_up(verdict(sitting, bat), DUE)
    assert (verdict(sitting, bat).status, heard) == (PRESENT, [])


# --- ticks -----------------------------------------------------------------------------


def test_a_tick_is_evidence_with_a_reason_and_can_be_taken_back(sitting, bat, staff):
    close(sitting)
    with pytest.raises(Invalid, match="why"), unit_of_work():
        tick(sitting, [bat.id], reason="", actor=staff, now=AFTER)
    for _twice in range(2):
        with unit_of_work():
            tick(sitting, [bat.id], reason="Line failed", actor=staff, now=AFTER)
    row = verdict(sitting, bat)
    assert (row.status, row.credited_minutes, row.evidence) == (PRESENT, 120, "instructor")
    for _twice in range(2):
        with unit_of_work():
            untick(sitting, [bat.id], actor=staff, now=AFTER + MINUTE)
    assert verdict(sitting, bat).status == ABSENT
    with unit_of_work():
        tick(sitting, [bat.id], reason="Was there after all", actor=staff, now=AFTER)
    presence = db.session.scalars(select(Presence)).one()
    assert (presence.reason, presence.noted_by_id) == ("Was there after all", staff.id)
    changes = [change.new for change in history_of(("presence", presence.id))]
    assert sorted(changes) == ["ticked", "ticked", "withdrawn"]
    assert verdict(sitting, bat).status == PRESENT


def test_a_part_can_be_ticked_within_the_session_only(sitting, bat, staff):
    close(sitting)
    with pytest.raises(Invalid), unit_of_work():
        tick(sitting, [bat.id], (at(-1), at(60)), reason="Bus", actor=staff, now=AFTER)
    with unit_of_work():
        tick(sitting, [bat.id], (at(30), at(90)), reason="Bus", actor=staff, now=AFTER)
    row = verdict(sitting, bat)
    assert (row.status, row.credited_minutes, row.is_late) == (PARTIAL, 60, True)


def test_ticks_during_the_session_wait_for_its_end_and_strangers_are_left_out(sitting, bat, staff):
    stranger = join(make_run(), make_person()).enrolment
    with pytest.raises(Conflict), unit_of_work():
        tick(sitting, [bat.id], reason="Early", actor=staff, now=at(-16))
    with unit_of_work():
        tick(sitting, [bat.id, stranger.id], reason="In the room", actor=staff, now=at(-15))
    assert verdicts(sitting) == {}
    close(sitting)
    assert verdicts(sitting) == {bat.id: (PRESENT, 120)}


# --- excuses ---------------------------------------------------------------------------


def test_an_excuse_stays_whatever_is_counted_and_can_be_taken_back(sitting, bat, staff, heard):
    make_presence(sitting, bat, at(0), at(60))
    close(sitting)
    with pytest.raises(Invalid), unit_of_work():
        excuse(verdict(sitting, bat), reason="", actor=staff, now=AFTER)
    for _twice in range(2):
        with unit_of_work():
            excuse(verdict(sitting, bat), reason="Summoned", actor=staff, now=AFTER)
    recount(sitting)
    row = verdict(sitting, bat)
    assert (row.status, row.credited_minutes, row.reason) == (EXCUSED, 60, "Summoned")
    assert told(bat) == [PARTIAL, EXCUSED]
    for _twice in range(2):
        with unit_of_work():
            withdraw_excuse(row, actor=staff, now=AFTER + timedelta(days=1))
    assert (verdict(sitting, bat).status, verdict(sitting, bat).reason) == (PARTIAL, "")
    assert told(bat) == [PARTIAL, EXCUSED, PARTIAL]
    assert sitting.final_due_at == DUE + timedelta(days=1)


def test_an_excuse_grants_the_rest_of_the_session(sitting, bat, staff, heard):
    make_presence(sitting, bat, at(0), at(60))
    close(sitting)
    with unit_of_work():
        excuse(verdict(sitting, bat), reason="Summoned", actor=staff, now=AFTER)
    make_final(sitting)
    with unit_of_work():
        services.settle(bat.id, sitting.lesson_id, DUE)
    (event,) = heard
    assert (event.attended, event.excused, event.in_full) == (60, 60, True)


def test_who_was_present_needs_no_excuse(sitting, bat, staff):
    make_presence(sitting, bat)
    close(sitting)
    with pytest.raises(Conflict), unit_of_work():
        excuse(verdict(sitting, bat), reason="Ill", actor=staff, now=AFTER)
