"""From presence to a verdict: counted when a sitting is over, told, then final.

Presence is evidence: it is added or withdrawn, and until attendance is final the verdicts are
counted anew from it. What was excused or made up stays so. Once it is final nothing but a
correction changes a verdict, or making up what was missed.

Rows are locked in this order: the sitting, attendances by their ids, then what progress locks.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import insert, select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, execute, lock
from lms.core.errors import Conflict
from lms.core.events import publish
from lms.enrolment.rules import busan_day
from lms.jobs.queue import enqueue
from lms.lessons.models import Lesson
from lms.notifications.models import Link
from lms.notifications.services import notify
from lms.seminars.events import AttendanceSettled
from lms.seminars.models import Attendance, AttendanceStatus, Sitting, SittingState
from lms.seminars.queries import repeats_of, sitting_row
from lms.seminars.queries.attendance import (
    Evidence,
    attended_elsewhere,
    evidence_in,
    holidays_at_home,
    people_in_run,
    people_of_enrolments,
    recognised_minutes_of,
)
from lms.seminars.rules import attendance as rules
from lms.seminars.rules.sittings import TO_COME
from lms.seminars.rules.working_days import after_working_days
from lms.seminars.services.sittings import end, pass_to

ENTITY = "attendance"
CATCH_UP = "catch_up"

# Working days to object in; however many of them are holidays, they lie within the longest wait.
DAYS_TO_OBJECT = 3
LONGEST_WAIT = timedelta(days=30)

# What is said of somebody who is counted for the first time.
NEW = (
    "sitting_id",
    "enrolment_id",
    "status",
    "is_late",
    "left_early",
    "present_seconds",
    "credited_minutes",
    "evidence",
    "decided_at",
)

COUNTED = frozenset({SittingState.ENDED, SittingState.PROVISIONAL})


class Told(NamedTuple):
    """What a person is told of their attendance."""

    status: AttendanceStatus
    is_late: bool
    left_early: bool
    credited_minutes: int

    @classmethod
    def of(cls, attendance: Attendance) -> "Told":
        """Return what there is to tell."""
        return cls(
            AttendanceStatus(attendance.status),
            attendance.is_late,
            attendance.left_early,
            attendance.credited_minutes,
        )

    def is_worse_than(self, before: "Told | None") -> bool:
        """Tell whether somebody has lost by it."""
        if before is None:
            return False
        was_in_full, is_in_full = (each.status in rules.IN_FULL for each in (before, self))
        return self.credited_minutes < before.credited_minutes or (was_in_full and not is_in_full)


# --- counting --------------------------------------------------------------------------


def recount(sitting: Sitting, now: datetime) -> None:
    """Count the attendance of a sitting anew from all evidence; twice is harmless.

    To be called in the unit of work that adds or withdraws evidence, after it. Before the sitting
    has ended and once its attendance is final it does nothing. Whose verdict changes after they
    were told is told again; where it is for the worse, the time to object begins anew.
    """
    lock(sitting)
    if sitting.state not in COUNTED:
        return
    worse, other = _count(sitting, now)
    tell_anew(sitting, [*worse, *other], is_worse=bool(worse), now=now)


def _count(sitting: Sitting, now: datetime) -> tuple[list[Attendance], list[Attendance]]:
    """Write the verdicts; return those that are worse than before, and those otherwise new."""
    db.session.flush()
    evidence = evidence_in(sitting.id)
    known = _locked_in(sitting)
    recognised = recognised_minutes_of(sitting)
    worse: list[Attendance] = []
    other: list[Attendance] = []
    for enrolment_id in sorted({*people_in_run(sitting.run_id), *evidence, *known}):
        attendance = known.get(enrolment_id)
        before = None if attendance is None else Told.of(attendance)
        if attendance is None:
            attendance = Attendance(sitting_id=sitting.id, enrolment_id=enrolment_id)
        judge(attendance, sitting, evidence.get(enrolment_id, ()), recognised)
        after = Told.of(attendance)
        if after != before:
            attendance.decided_at = now
            (worse if after.is_worse_than(before) else other).append(attendance)
    _add([attendance for attendance in other if attendance.enrolment_id not in known])
    db.session.flush()
    return worse, other


def _add(attendances: Sequence[Attendance]) -> None:
    """Add rows in one statement; through the session they would be one each."""
    if attendances:
        execute(
            insert(Attendance), [{name: getattr(row, name) for name in NEW} for row in attendances]
        )


def _locked_in(sitting: Sitting) -> dict[int, Attendance]:
    rows = db.session.scalars(
        select(Attendance)
        .where(Attendance.sitting_id == sitting.id)
        .order_by(Attendance.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.enrolment_id: row for row in rows}


def judge(
    attendance: Attendance, sitting: Sitting, evidence: Sequence[Evidence], recognised_minutes: int
) -> None:
    """Write what presence comes to; a verdict that was granted keeps its status."""
    stays = [(each.joined_at, each.left_at) for each in evidence if each.left_at is not None]
    present = rules.time_present(sitting, stays)
    verdict = rules.judge(sitting, present, recognised_minutes)
    if attendance.status not in rules.GRANTED:
        attendance.status = verdict.status
    attendance.is_late = verdict.is_late
    attendance.left_early = verdict.left_early
    attendance.present_seconds = present.seconds
    attendance.credited_minutes = verdict.credited_minutes
    attendance.evidence = rules.sources_of(evidence)
    if attendance.status == AttendanceStatus.MADE_UP:
        add_evidence(attendance, CATCH_UP)


def add_evidence(attendance: Attendance, source: str) -> None:
    """Name one more source of a verdict, once."""
    attendance.evidence = " ".join(dict.fromkeys([*attendance.evidence.split(), source]))


# --- provisional -----------------------------------------------------------------------


def close(sitting: Sitting, now: datetime) -> None:
    """End a sitting whose time is over, count who was there, and tell everybody how.

    From now on they may object for three working days. Twice is harmless. Raises Conflict while
    the sitting is not over, or when it was never held.
    """
    end(sitting, now=now)
    if sitting.state != SittingState.ENDED:
        return
    _worse, counted = _count(sitting, now)
    sitting.notified_at = now
    _give_time_to_object(sitting, now)
    pass_to(sitting, SittingState.PROVISIONAL, actor=None, now=now)
    _tell(sitting, counted, now)


def _give_time_to_object(sitting: Sitting, now: datetime) -> None:
    today = busan_day(now)
    holidays = holidays_at_home(today, today + LONGEST_WAIT)
    sitting.final_due_at = after_working_days(now, DAYS_TO_OBJECT, holidays)
    db.session.flush()
    enqueue(
        "seminars.finalise",
        key=f"finalise:{sitting.id}:{sitting.final_due_at:%Y%m%d}",
        run_after=sitting.final_due_at,
        sitting_id=sitting.id,
    )


def tell_anew(
    sitting: Sitting, attendances: Sequence[Attendance], *, is_worse: bool, now: datetime
) -> None:
    """Tell people whose verdict is another than they were told; nothing before the first telling.

    Where it `is_worse`, the time to object begins anew.
    """
    if sitting.state != SittingState.PROVISIONAL:
        return
    if is_worse:
        _give_time_to_object(sitting, now)
    _tell(sitting, attendances, now)


def _tell(sitting: Sitting, attendances: Collection[Attendance], now: datetime) -> None:
    """Tell people their verdicts, where something hangs on them."""
    row = sitting_row(sitting.id)
    assert row is not None
    if not attendances or not row.recognised_minutes:
        return
    repeats = [repeat for repeat in repeats_of(row) if repeat.state != SittingState.CANCELLED]
    has_it = attended_elsewhere(sitting) if repeats else frozenset()
    verdicts = {each.enrolment_id: each for each in attendances}
    absent = AttendanceStatus.ABSENT
    concerned = [id_ for id_, it in verdicts.items() if it.status != absent or id_ not in has_it]
    shared = {
        "sitting_id": sitting.id,
        "title": row.title,
        "course_title": row.course_title,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "object_until_at": sitting.final_due_at,
        "recognised_minutes": row.recognised_minutes,
        "net_minutes": rules.net_seconds(sitting) // 60,
        "is_repeated": any(repeat.state in TO_COME for repeat in repeats),
    }
    for enrolment_id, person in people_of_enrolments(concerned).items():
        notify(
            person,
            "seminars.attendance_provisional",
            context=shared | verdict_context(verdicts[enrolment_id]),
            link=Link("seminars.show_sitting", {"sitting_id": sitting.id}),
            group=row.course_code,
            now=now,
        )


def verdict_context(attendance: Attendance) -> dict[str, object]:
    """Return what a message says of somebody's own verdict."""
    return {
        "status": attendance.status,
        "is_late": attendance.is_late,
        "left_early": attendance.left_early,
        "present_minutes": attendance.present_seconds // 60,
        "credited_minutes": attendance.credited_minutes,
    }


# --- final -----------------------------------------------------------------------------


def make_final(sitting: Sitting, *, actor: Person | None, now: datetime) -> None:
    """Make attendance final once the time to object is over; twice is harmless.

    What it earns is settled right after, person by person, so that studying need not wait for a
    whole run. Raises Conflict while people may still object, and before they were told.
    """
    lock(sitting)
    if sitting.state == SittingState.FINAL:
        return
    if sitting.state != SittingState.PROVISIONAL or sitting.final_due_at is None:
        raise Conflict(_("Attendance of this session has not been told yet."))
    if now < sitting.final_due_at:
        raise Conflict(_("People may still object to their attendance."))
    pass_to(sitting, SittingState.FINAL, actor=actor, now=now)
    if sitting.lesson_id is None:
        return
    for enrolment_id in _locked_in(sitting):
        enqueue(
            "seminars.settle",
            key=f"settle:{sitting.id}:{enrolment_id}",
            enrolment_id=enrolment_id,
            lesson_id=sitting.lesson_id,
        )


def settle(enrolment_id: int, lesson_id: int, now: datetime) -> None:
    """Announce what somebody's final attendance of a lesson earns; the best of its sittings counts.

    Twice is harmless: it is always all that is known. Nothing is announced before one is final.
    """
    db.session.flush()
    rows = execute(
        select(Attendance.status, Attendance.credited_minutes, Lesson.recognised_minutes)
        .join(Sitting, Sitting.id == Attendance.sitting_id)
        .join(Lesson, Lesson.id == Sitting.lesson_id)
        .where(Attendance.enrolment_id == enrolment_id, Sitting.lesson_id == lesson_id)
        .where(Sitting.state == SittingState.FINAL)
        .order_by(Attendance.id)
        # Who comes next waits here, and then reads what this one has left.
        .with_for_update(of=Attendance, key_share=True)
    ).all()
    if not rows:
        return
    verdicts = [rules.Attended(AttendanceStatus(row[0]), row[1]) for row in rows]
    credit = rules.credit_of_lesson(verdicts, rows[0][2])
    publish(
        AttendanceSettled(
            enrolment_id,
            lesson_id,
            attended=credit.attended,
            excused=credit.excused,
            made_up=credit.made_up,
            in_full=credit.in_full,
            at=now,
        )
    )


def lock_lesson(attendance: Attendance) -> None:
    """Lock an attendance with its person's others of the same lesson, and re-read it.

    All at once and in order: two who lock one each and then want both wait for ever.
    """
    sitting = db.session.get_one(Sitting, attendance.sitting_id)
    if sitting.lesson_id is not None:
        db.session.execute(
            select(Attendance.id)
            .join(Sitting, Sitting.id == Attendance.sitting_id)
            .where(Attendance.enrolment_id == attendance.enrolment_id)
            .where(Sitting.lesson_id == sitting.lesson_id)
            .order_by(Attendance.id)
            .with_for_update(of=Attendance, key_share=True)
        ).all()
    lock(attendance)


def make_up(attendance: Attendance, now: datetime) -> None:
    """Note that somebody has made up what they missed, before attendance is final or after it.

    This follows from what they have studied and needs nobody's word. Harmless for who has made it
    up, or was present.
    """
    sitting = lock(db.session.get_one(Sitting, attendance.sitting_id))
    lock_lesson(attendance)
    old = attendance.status
    if old in {AttendanceStatus.MADE_UP, AttendanceStatus.PRESENT}:
        return
    attendance.status = AttendanceStatus.MADE_UP
    attendance.decided_at = now
    attendance.decided_by_id = None
    add_evidence(attendance, CATCH_UP)
    record_change(ENTITY, attendance.id, old=old, new=attendance.status, actor_id=None, now=now)
    if sitting.lesson_id is not None:
        settle(attendance.enrolment_id, sitting.lesson_id, now)
