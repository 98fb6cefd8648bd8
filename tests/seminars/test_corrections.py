"""What is final is changed by two people; an outage is certified by who speaks for the city."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.core import clock, events
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, DomainError, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from lms.jobs.queue import run_due_jobs
from lms.notifications.models import Notice
from lms.progress.models import EnrolmentProgress
from lms.seminars.events import AttendanceSettled, OutageCertified
from lms.seminars.models import (
    Attendance,
    AttendanceCorrection,
    AttendanceStatus,
    OutageCertificate,
    Presence,
    Sitting,
)
from lms.seminars.services import attendance as services
from lms.seminars.services.corrections import (
    approve_correction,
    propose_correction,
    refuse_correction,
)
from lms.seminars.services.excuses import certify_outage
from tests.factories.accounts import make_person
from tests.factories.certificates import make_foundation
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.progress import join
from tests.factories.seminars import make_attendance, make_held_lesson, make_sitting

PRESENT, PARTIAL, ABSENT, EXCUSED, MADE_UP = AttendanceStatus
NOW = clock.now().replace(microsecond=0)
BEFORE = NOW - timedelta(days=10)


def make_held(run, **values) -> Sitting:
    """Make a sitting that was held ten days ago, its attendance final."""
    lesson = make_held_lesson(run)
    times = {"starts_at": BEFORE, "ends_at": BEFORE + timedelta(hours=2)}
    return make_sitting(run, lesson, **{"state": "attendance_final", **times, **values})


@pytest.fixture
def run(app):
    make_foundation()  # a single session may complete the course, and that is certified
    return make_run()


@pytest.fixture
def bat(run):
    return join(run, make_person(full_name="Bat")).enrolment


@pytest.fixture
def instructor(app):
    return make_person("instructor")


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def absent(run, bat) -> Attendance:
    return make_attendance(make_held(run), bat)


@pytest.fixture
def heard(monkeypatch) -> list:
    announced: list = []
    for kind in (AttendanceSettled, OutageCertified):
        handlers = (announced.append, *events._handlers.get(kind, ()))
        monkeypatch.setitem(events._handlers, kind, handlers)
    return announced


def propose(attendance, status=PARTIAL, minutes=90, *, actor, reason="The report was late"):
    with unit_of_work():
        return propose_correction(attendance, status, minutes, reason=reason, actor=actor, now=NOW)


def approve(correction, actor):
    with unit_of_work():
        approve_correction(correction, actor=actor, now=NOW)


def test_one_proposes_another_approves_and_it_counts(absent, bat, instructor, staff, heard):
    correction = propose(absent, actor=instructor)
    assert (absent.status, absent.credited_minutes) == (ABSENT, 0)
    with pytest.raises(Conflict, match="yourself"):
        approve(correction, instructor)
    approve(correction, staff)
    approve(correction, staff)  # harmless
    db.session.expire_all()
    assert (absent.status, absent.credited_minutes) == (PARTIAL, 90)
    assert (absent.evidence, absent.decided_by_id) == ("correction", staff.id)
    assert (correction.old_status, correction.old_minutes) == (ABSENT, 0)
    assert [event.attended for event in heard] == [90]
    assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes == 90
    assert [change.actor_id for change in history_of(("attendance_correction", absent.id))] == [
        instructor.id,
        staff.id,
    ]
    notice = db.session.scalars(select(Notice)).one()
    assert notice.kind == "seminars.attendance_corrected"
    assert notice.context["reason"] == "The report was late"


def test_a_correction_downwards_takes_the_hours_back(run, bat, instructor, staff):
    attendance = make_attendance(make_held(run), bat, status=PRESENT, credited_minutes=120)
    with unit_of_work():
        services.settle(bat.id, db.session.get_one(Sitting, attendance.sitting_id).lesson_id, NOW)
    assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes == 120
    approve(propose(attendance, ABSENT, 55, actor=staff), make_person("staff"))
    db.session.expire_all()
    assert attendance.credited_minutes == 0
    roll_up = db.session.get_one(EnrolmentProgress, bat.id)
    assert (roll_up.earned_minutes, roll_up.lessons_done) == (0, 0)


def test_present_is_all_of_it_and_excused_what_was_attended(absent, bat, staff, heard):
    other = make_person("staff")
    approve(propose(absent, PRESENT, 0, actor=staff), other)
    approve(propose(absent, EXCUSED, 30, actor=staff), other)
    said = [(event.attended, event.excused, event.in_full) for event in heard]
    assert said == [(120, 0, True), (30, 90, True)]


@pytest.mark.parametrize(
    "status, minutes, reason, field",
    [
        (PARTIAL, 90, "", "reason"),
        (PARTIAL, 121, "Why", "minutes"),
        (PARTIAL, -1, "Why", "minutes"),
        (MADE_UP, 0, "Why", "status"),
        (ABSENT, 0, "Why", "status"),
    ],
)
def test_what_cannot_be_proposed(absent, status, minutes, reason, field):
    with pytest.raises(Invalid) as refused:
        propose(absent, status, minutes, actor=make_person("staff"), reason=reason)
    assert refused.value.field == field


def test_before_it_is_final_nothing_is_corrected(run, bat, staff):
    attendance = make_attendance(make_held(run, state="attendance_provisional"), bat)
    with pytest.raises(Conflict, match="not final"):
        propose(attendance, actor=staff)


def test_one_proposal_at_a_time_until_it_is_decided(absent, instructor, staff):
    first = propose(absent, actor=instructor)
    with pytest.raises(Conflict, match="waiting"):
        propose(absent, PRESENT, actor=staff)
    with unit_of_work():
        refuse_correction(first, actor=staff, now=NOW)
        refuse_correction(first, actor=staff, now=NOW)
    with pytest.raises(Conflict, match="in the meantime"):
        approve(first, staff)
    assert absent.status == ABSENT
    propose(absent, PRESENT, actor=staff)


def test_what_has_changed_since_is_not_overwritten(absent, instructor, staff):
    correction = propose(absent, actor=instructor)
    with unit_of_work():
        services.make_up(absent, NOW)
    with pytest.raises(Conflict, match="changed"):
        approve(correction, staff)
    db.session.expire_all()
    assert (absent.status, correction.state) == (MADE_UP, "proposed")


def test_the_database_itself_wants_two_people(absent, staff):
    correction = propose(absent, actor=staff)
    with pytest.raises(IntegrityError):
        db.session.execute(
            update(AttendanceCorrection)
            .where(AttendanceCorrection.id == correction.id)
            .values(decided_by_id=staff.id)
        )


# --- outages ---------------------------------------------------------------------------


def test_an_outage_is_certified_once_and_lifts_the_cap(run, bat, absent, heard):
    focal_point = make_person()
    for number in range(3):
        sitting = make_held(run)
        make_attendance(sitting, bat, status=MADE_UP)
        with unit_of_work():
            services.settle(bat.id, sitting.lesson_id, NOW)
        assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes <= 144, number
        db.session.expire_all()
    with pytest.raises(Invalid), unit_of_work():
        certify_outage(absent, reason="", actor=focal_point, now=NOW)
    for _twice in range(2):
        with unit_of_work():
            certify_outage(absent, reason="Power cut in the east", actor=focal_point, now=NOW)
    db.session.expire_all()
    certificate = db.session.scalars(select(OutageCertificate)).one()
    assert certificate.certified_by_id == focal_point.id
    assert db.session.get_one(EnrolmentProgress, bat.id).earned_minutes == 240, "half of 8 hours"
    assert [type(event) for event in heard].count(OutageCertified) == 1


def test_no_outage_is_certified_for_who_was_there(run, bat):
    attendance = make_attendance(make_held(run), bat, status=PRESENT, credited_minutes=120)
    with pytest.raises(Conflict), unit_of_work():
        certify_outage(attendance, reason="Power cut", actor=make_person(), now=NOW)


# --- at once ---------------------------------------------------------------------------


def at_once(app, *acts):
    """Do the acts in threads that start together; return what came out, refusals included."""
    barrier = Barrier(len(acts))

    def one(act):
        with app.app_context():
            try:
                barrier.wait(30)
                with unit_of_work():
                    return act()
            except DomainError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def person(person_id) -> Person:
    return db.session.get_one(Person, person_id)


def test_of_many_proposals_at_once_one_waits(app_of_its_own):
    with app_of_its_own.app_context():
        make_foundation()
        run = make_run()
        attendance_id = make_attendance(make_held(run), make_enrolment(run, make_person())).id
        staff_ids = [make_person("staff").id for _ in range(6)]
        db.session.remove()

    def proposal(staff_id):
        return lambda: (
            propose_correction(
                db.session.get_one(Attendance, attendance_id),
                PRESENT,
                0,
                reason="Was there",
                actor=person(staff_id),
                now=NOW,
            ).id
        )

    results = at_once(app_of_its_own, *map(proposal, staff_ids))
    assert sum(isinstance(result, Conflict) for result in results) == 5
    with app_of_its_own.app_context():
        assert db.session.scalar(select(func.count(AttendanceCorrection.id))) == 1
        assert history_of(("attendance_correction", attendance_id))[1:] == []


def test_approved_and_refused_at_once_it_is_one_of_them(app_of_its_own):
    with app_of_its_own.app_context():
        make_foundation()
        run = make_run()
        enrolment = make_enrolment(run, make_person())
        attendance = make_attendance(make_held(run), enrolment)
        proposer, one, other = (make_person("staff") for _ in range(3))
        correction_id = propose(attendance, PRESENT, 0, actor=proposer).id
        ids = [one.id, other.id]
        db.session.remove()

    def decision(decide, staff_id):
        return lambda: decide(
            db.session.get_one(AttendanceCorrection, correction_id), actor=person(staff_id), now=NOW
        )

    results = at_once(
        app_of_its_own,
        decision(approve_correction, ids[0]),
        decision(refuse_correction, ids[1]),
        decision(approve_correction, ids[1]),
    )
    assert any(isinstance(result, Conflict) for result in results)
    with app_of_its_own.app_context():
        correction = db.session.get_one(AttendanceCorrection, correction_id)
        status = db.session.scalar(select(Attendance.status))
        assert (correction.state, status) in {("approved", PRESENT), ("refused", ABSENT)}
        assert len(history_of(("attendance_correction", correction.attendance_id))) == 2


def test_two_slots_corrected_and_settled_at_once_end_in_the_best_of_them(app_of_its_own):
    with app_of_its_own.app_context():
        make_foundation()
        run = make_run()
        enrolment = join(run, make_person()).enrolment
        first = make_held(run)
        second = make_held(run, lesson_id=first.lesson_id)
        rows = [make_attendance(sitting, enrolment) for sitting in (first, second)]
        proposer, decider = make_person("staff"), make_person("staff")
        corrections = [
            propose(row, PARTIAL, minutes, actor=proposer).id
            for row, minutes in zip(rows, (30, 90), strict=True)
        ]
        enrolment_id, lesson_id, decider_id = enrolment.id, first.lesson_id, decider.id
        db.session.remove()

    def approval(correction_id):
        return lambda: approve_correction(
            db.session.get_one(AttendanceCorrection, correction_id),
            actor=person(decider_id),
            now=NOW,
        )

    results = at_once(
        app_of_its_own,
        *map(approval, corrections),
        *[lambda: services.settle(enrolment_id, lesson_id, NOW)] * 4,
    )
    assert results == [None] * 6
    with app_of_its_own.app_context():
        assert db.session.get_one(EnrolmentProgress, enrolment_id).earned_minutes == 90


def test_late_evidence_and_the_last_moment_at_once_lose_nothing_that_was_told(app_of_its_own):
    """Whoever comes first: either all that came in counts, or what was told is what is final."""
    with app_of_its_own.app_context():
        make_foundation()
        run = make_run()
        ids = [join(run, make_person()).enrolment.id for _ in range(4)]
        sitting = make_held(run, state="ended")
        with unit_of_work():
            services.close(sitting, BEFORE + timedelta(hours=3))
        sitting_id, start, end = sitting.id, sitting.starts_at, sitting.ends_at
        db.session.remove()

    def late(enrolment_id):
        def act():
            sitting = db.session.get_one(Sitting, sitting_id)
            db.session.add(
                Presence(
                    sitting_id=sitting_id,
                    enrolment_id=enrolment_id,
                    source="report",
                    joined_at=start,
                    left_at=end,
                )
            )
            services.recount(sitting, NOW)

        return act

    def last():
        services.make_final(db.session.get_one(Sitting, sitting_id), actor=None, now=NOW)

    results = at_once(app_of_its_own, last, last, *map(late, ids))
    assert results == [None] * 6
    with app_of_its_own.app_context():
        run_due_jobs()
        db.session.expire_all()
        final = dict(
            db.session.execute(select(Attendance.enrolment_id, Attendance.credited_minutes)).all()
        )
        earned = dict(
            db.session.execute(
                select(EnrolmentProgress.enrolment_id, EnrolmentProgress.earned_minutes)
            ).all()
        )
        assert final == earned
        assert set(final) == set(ids)
        for enrolment in db.session.scalars(select(Enrolment)):
            last_told = select(Notice).where(
                Notice.person_id == enrolment.person_id,
                Notice.kind == "seminars.attendance_provisional",
            )
            notices = db.session.scalars(last_told.order_by(Notice.id)).all()
            assert notices[-1].context["credited_minutes"] == final[enrolment.id]
