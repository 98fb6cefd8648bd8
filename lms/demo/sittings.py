"""A run of sessions held at a time: planned, announced, held one after the other, and counted.

Everything goes through the services, step by step in the order of time; what is not due yet at the
moment of loading is left to those who come after.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.core.db import db
from lms.courses.models import Course
from lms.demo import timetable, turnout
from lms.demo.agenda import Agenda, Days
from lms.demo.attending import MINUTE, Seat, check_everybody_in, come_now, hand_in_report
from lms.demo.holding import Team, announce, lessons_by_key, plan_with_holders
from lms.demo.people import CLASS, DOMAIN, FOCAL_POINT, GRADUATE, INSTRUCTOR, STAFF, TRAINEE
from lms.demo.recording import bring_recording, consent_to_recording, make_up
from lms.demo.seasons import DAY, People, lessons_of, study
from lms.demo.timetable import HELD_NOW, PLANS, Boarding, Plan
from lms.demo.turnout import Correction
from lms.enrolment.models import CourseRun, RunState
from lms.enrolment.rules import end_of_day
from lms.enrolment.services import change_run_state, create_run, enrol
from lms.notifications.models import Notice
from lms.notifications.services import mark_all_read
from lms.seminars.models import Attendance, AttendanceCorrection, ReminderKind, Sitting
from lms.seminars.rules.sittings import CLOSES_AFTER
from lms.seminars.services import attendance
from lms.seminars.services.corrections import approve_correction, propose_correction
from lms.seminars.services.day_items import add_day_item
from lms.seminars.services.evaluations import evaluate
from lms.seminars.services.excuses import certify_outage, excuse
from lms.seminars.services.head_counts import record_head_count
from lms.seminars.services.reminders import remind
from lms.seminars.services.sittings import cancel, change_sitting
from lms.seminars.services.telling import tell_news
from lms.seminars.services.ticks import tick

CAPACITY = 30  # whoever tries the site can enrol
BEGUN_BEFORE = 30 * MINUTE
HOUR = timedelta(hours=1)


def hold_run(
    course: Course, content: Mapping[str, Any], people: People, agenda: Agenda, now: datetime
) -> None:
    """Write into the agenda a run that is in the middle of its timetable at a moment.

    Done up to then, much is over, one sitting is held just then, and more are to come.
    """
    _HeldRun(course, content, people, agenda, now).write_agenda()


class _HeldRun:
    """The run, its people and sittings, and the steps by which it came so far."""

    def __init__(
        self,
        course: Course,
        content: Mapping[str, Any],
        people: People,
        agenda: Agenda,
        now: datetime,
    ) -> None:
        self.course = course
        self.lessons = lessons_by_key(course, content)
        self.people = people
        self.now = now
        self.days = Days(now)
        self.team = Team(people.account(STAFF), people.account(INSTRUCTOR))
        self.run: CourseRun
        self.seats: dict[str, Seat] = {}
        self.sittings: dict[str, Sitting] = {}
        self.agenda = agenda

    def write_agenda(self) -> None:
        at, add = self.days.at, self.agenda.add
        add(at(-20, time(10)), self._plan_run)
        for number, plan in enumerate(PLANS):
            add(at(-18, time(14)) + number * MINUTE, partial(self._plan, plan))
            add(at(-16, time(10)) + number * MINUTE, partial(self._announce, plan))
            self._write_agenda_of(plan)
        add(at(-18, time(15)), self._add_day_items)
        add(at(-13, time(9)), self._open_run)
        for number, who in enumerate(sorted(turnout.STUDIED)):
            add(at(-12, time(10)) + number * 37 * MINUTE, partial(self._enrol, who))
        add(at(-9, time(18)), self._study)
        add(at(-5, time(17)), self._excuse)
        add(at(-4, time(10)), self._certify_outage)
        add(at(-12, time(9)), self._consent)
        add(at(-2, time(11)), self._move)
        add(at(-1, time(10)), self._bring_recording)
        add(at(-1, time(20)), self._make_up)
        add(at(-1, time(18, 30)), self._cancel)
        add(self._start(HELD_NOW) - HOUR, self._remind)
        add(self.now, self._come_now)
        add(self.now, self._read_older_notices)

    def _write_agenda_of(self, plan: Plan) -> None:
        if plan.turnout is None:
            return
        starts_at = self._start(plan)
        ends_at = starts_at + plan.minutes * MINUTE
        if plan.turnout.by_code:
            self.agenda.add(starts_at - 6 * MINUTE, partial(self._check_in, plan))
            self.agenda.add(ends_at - 10 * MINUTE, partial(self._tick, plan))
        else:
            self.agenda.add(ends_at + 3 * MINUTE, partial(self._hand_in_report, plan))
        for boarding in timetable.BOARDINGS:
            if boarding.key == plan.key:
                at = starts_at + boarding.minute * MINUTE
                self.agenda.add(at, partial(self._count_heads, boarding))
        self.agenda.add(ends_at + CLOSES_AFTER, partial(self._close, plan))
        self.agenda.add(ends_at + HOUR, partial(self._evaluate, plan))

    def _start(self, plan: Plan) -> datetime:
        if plan is not HELD_NOW:
            return self.days.at(plan.day, plan.start)
        begun = self.now - BEGUN_BEFORE
        return begun.replace(minute=begun.minute // 10 * 10, second=0, microsecond=0)

    # --- the run -----------------------------------------------------------------------

    def _plan_run(self, at: datetime) -> None:
        ends_on = self.days.on(4)
        self.run = create_run(
            self.course,
            starts_on=self.days.on(-10),
            ends_on=ends_on,
            enrolment_closes_at=end_of_day(ends_on),
            working_language="en",
            capacity=CAPACITY,
            instructors=[self.team.instructor],
            actor=self.team.staff,
            now=at,
            is_demo=True,
        )
        self._take_run_to(RunState.APPROVED, at + DAY)

    def _take_run_to(self, state: RunState, at: datetime) -> None:
        change_run_state(self.run, state, actor=self.team.staff, now=at)

    def _open_run(self, at: datetime) -> None:
        self._take_run_to(RunState.RUNNING, at)

    def _enrol(self, who: str, at: datetime) -> None:
        person = self._person(who)
        self.seats[who] = Seat(person, enrol(person, self.run, now=at))

    def _person(self, mailbox: str) -> Person:
        accounts = {account.mailbox: account for account in (TRAINEE, GRADUATE)}
        if mailbox in accounts:
            return self.people.account(accounts[mailbox])
        number = int(mailbox.removeprefix("class"))
        return self.people.invented(f"{mailbox}@{DOMAIN}", CLASS[number - 1])

    def _study(self, at: datetime) -> None:
        lessons = lessons_of(self.course)
        for number, (who, stage) in enumerate(turnout.STUDIED.items()):
            study(self.run, self.seats[who].person, lessons, stage, at, hour=18 + number % 4)

    # --- the timetable -----------------------------------------------------------------

    def _plan(self, plan: Plan, at: datetime) -> None:
        self.sittings[plan.key] = plan_with_holders(
            self.run,
            self.lessons.get(plan.lesson),
            plan,
            self._start(plan),
            team=self.team,
            now=at,
        )

    def _announce(self, plan: Plan, at: datetime) -> None:
        announce(self.sittings[plan.key], team=self.team, now=at)

    def _add_day_items(self, at: datetime) -> None:
        for title, first, last in timetable.DAY_ITEMS:
            last_on = self.days.sunday_after(first) if last is None else self.days.on(last)
            add_day_item(
                self.run, title, self.days.on(first), last_on, actor=self.team.staff, now=at
            )

    def _move(self, at: datetime) -> None:
        sitting = self.sittings[timetable.MOVED]
        later = self.days.on(timetable.MOVED_TO) - self.days.on(1)
        change_sitting(
            sitting,
            {"starts_at": sitting.starts_at + later, "ends_at": sitting.ends_at + later},
            revision=sitting.revision,
            reason=timetable.MOVE_REASON,
            actor=self.team.staff,
            now=at,
        )
        tell_news(sitting, now=at)

    def _cancel(self, at: datetime) -> None:
        sitting = self.sittings[timetable.CANCELLED]
        cancel(sitting, reason=timetable.CANCEL_REASON, actor=self.team.staff, now=at)
        tell_news(sitting, now=at)

    # --- a sitting is held -------------------------------------------------------------

    def _count_heads(self, boarding: Boarding, at: datetime) -> None:
        record_head_count(
            self.sittings[boarding.key],
            boarding.where,
            expected=boarding.expected,
            counted=boarding.counted,
            missing=boarding.missing,
            actor=self.team.staff,
            now=at,
        )

    def _check_in(self, plan: Plan, at: datetime) -> None:
        assert plan.turnout is not None
        check_everybody_in(self.sittings[plan.key], plan.turnout, self.seats, at)

    def _tick(self, plan: Plan, at: datetime) -> None:
        late = [self.seats[who].enrolment.id for who in turnout.TICKED]
        sitting = self.sittings[plan.key]
        reason = turnout.TICK_REASON
        tick(sitting, late, reason=reason, actor=self.team.instructor, now=at)

    def _hand_in_report(self, plan: Plan, at: datetime) -> None:
        sitting = self.sittings[plan.key]
        hand_in_report(sitting, plan, self.seats, team=self.team, now=at)

    def _evaluate(self, plan: Plan, at: datetime) -> None:
        opinions = turnout.OPINIONS.get(plan.key, ())
        for who, opinion in zip(turnout.EVALUATORS, opinions, strict=False):
            evaluate(self.sittings[plan.key].id, self.seats[who].enrolment.id, opinion, now=at)

    def _remind(self, at: datetime) -> None:
        sitting = self.sittings[HELD_NOW.key]
        remind(sitting, ReminderKind.HOUR, sequence=sitting.sequence, now=at)

    def _come_now(self, at: datetime) -> None:
        come_now(self.sittings[HELD_NOW.key], self.seats, at)

    def _consent(self, at: datetime) -> None:
        consent_to_recording(self.course, self.team.instructor, now=at)

    def _bring_recording(self, at: datetime) -> None:
        sitting, lesson = self.sittings[timetable.RECORDED], self.lessons[timetable.RECORDING]
        bring_recording(sitting, lesson, team=self.team, now=at)

    def _make_up(self, at: datetime) -> None:
        for who in turnout.MAKES_UP:
            make_up(self.sittings[timetable.RECORDED], self.seats[who].person, at)

    # --- its attendance ----------------------------------------------------------------

    def _close(self, plan: Plan, at: datetime) -> None:
        sitting = self.sittings[plan.key]
        attendance.close(sitting, at)
        assert sitting.final_due_at is not None
        self.agenda.add(sitting.final_due_at, partial(self._make_final, plan))

    def _make_final(self, plan: Plan, at: datetime) -> None:
        """Make attendance final, and settle what it earns as the jobs after it would."""
        sitting = self.sittings[plan.key]
        attendance.make_final(sitting, actor=None, now=at)
        if sitting.lesson_id is not None:
            for seat in self.seats.values():
                attendance.settle(seat.enrolment.id, sitting.lesson_id, at)
        for correction in turnout.CORRECTIONS.get(plan.key, ()):
            self.agenda.add(at + 10 * HOUR, partial(self._propose, plan.key, correction))

    def _propose(self, key: str, correction: Correction, at: datetime) -> None:
        proposed = propose_correction(
            self._attendance(key, correction.who),
            correction.status,
            0,
            reason=correction.reason,
            actor=self.team.instructor,
            now=at,
        )
        if correction.is_approved:
            self.agenda.add(at + 5 * HOUR, partial(self._approve, proposed))

    def _approve(self, proposed: AttendanceCorrection, at: datetime) -> None:
        approve_correction(proposed, actor=self.team.staff, now=at)

    def _excuse(self, at: datetime) -> None:
        for key, who, reason in turnout.EXCUSES:
            excuse(self._attendance(key, who), reason=reason, actor=self.team.staff, now=at)

    def _certify_outage(self, at: datetime) -> None:
        focal_point = self.people.account(FOCAL_POINT)
        for key, who, reason in turnout.OUTAGES:
            row = self._attendance(key, who)
            certify_outage(row, reason=reason, actor=focal_point, now=at)

    def _attendance(self, key: str, who: str) -> Attendance:
        wanted = select(Attendance).where(
            Attendance.sitting_id == self.sittings[key].id,
            Attendance.enrolment_id == self.seats[who].enrolment.id,
        )
        return db.session.scalars(wanted).one()

    # --- what people were told ---------------------------------------------------------

    def _read_older_notices(self, _at: datetime) -> None:
        """Let those who can sign in have read what they were told before the last working day."""
        since = self.days.at(-1, time(0))
        for account in (TRAINEE, GRADUATE, INSTRUCTOR, STAFF):
            person = self.people.account(account)
            newest = select(func.max(Notice.id)).where(
                Notice.person_id == person.id, Notice.created_at < since
            )
            mark_all_read(person, up_to=db.session.scalar(newest) or 0, now=since)
