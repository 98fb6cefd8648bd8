"""Planning sittings, and taking them through their states.

Whatever those concerned must hear of raises `sequence`, by which calendars know the newest word,
and is told after the commit by the job `seminars.tell_change`. Reminders and the counting of
attendance are jobs that name the sequence they were made for: a later change makes them void.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.revisions import change_row
from lms.enrolment.events import RunStateChanged
from lms.enrolment.models import CourseRun, RunState
from lms.i18n.times import BUSAN
from lms.lessons.models import Lesson, LessonKind
from lms.seminars.models import (
    RoomKind,
    Sitting,
    SittingPerson,
    SittingRole,
    SittingState,
)
from lms.seminars.rules import sittings as rules
from lms.seminars.rules.sittings import SchedulingFault
from lms.seminars.services.planned_jobs import have_told, plan_jobs
from lms.seminars.services.presence import follow_the_end

ENTITY = "sitting"

FAULTS: Mapping[SchedulingFault, LazyString] = {
    SchedulingFault.NO_PLACE: _l("Say first where it is held: a room, a link or a place."),
    SchedulingFault.NO_INSTRUCTOR: _l("Name an instructor first."),
    SchedulingFault.NOT_CONFIRMED: _l("No instructor has confirmed the time yet."),
    SchedulingFault.OVER: _l("Its time has passed. Give it a new one first."),
}

# Of these people are told when they change; of the rest (breaks, recording) the page tells.
TOLD_OF = frozenset(
    {"title", "room_kind", "room_address", "room_passcode", "venue", "meeting_point", "dial_in"}
)

# Nothing of them is announced any more.
RUNS_OVER = frozenset({RunState.COMPLETED, RunState.ARCHIVED, RunState.CANCELLED})


def plan_sitting(
    run: CourseRun,
    lesson: Lesson | None,
    content: Mapping[str, Any],
    *,
    actor: Person,
    now: datetime,
) -> Sitting:
    """Plan a sitting of a run, which only those who manage it see; return it.

    `content` gives columns of `Sitting`, `starts_at` and `ends_at` at least. With a lesson it
    takes that lesson's kind, and repeats whatever else holds the lesson in this run. The very same
    sent twice is one. Raises Conflict for a run that is over or cancelled; Invalid, naming the
    field, for times or breaks that cannot be, and for a sitting that has neither lesson nor title.
    """
    lock(run)
    _check_run(run, {RunState.DRAFT, RunState.APPROVED, RunState.RUNNING})
    present = _same_plan(run, lesson, content)
    if present is not None:
        return present
    sitting = Sitting(
        run_id=run.id,
        lesson_id=lesson.id if lesson is not None else None,
        uid=secrets.token_hex(12),
        state=SittingState.PLANNED,
        created_at=now,
        changed_at=now,
        created_by_id=actor.id,
        check_in_code=_new_code(),
        guests_taken=0,
        **{"kind": LessonKind.CEREMONY, "breaks": [], **content},
    )
    if lesson is not None:
        sitting.kind = lesson.kind
    _check(sitting)
    db.session.add(sitting)
    db.session.flush()
    _record(sitting, "", actor, now)
    return sitting


def _check_run(run: CourseRun, states: Collection[RunState]) -> None:
    if run.state not in states:
        raise Conflict(_("This run is over: no session can be planned in it."))


def _same_plan(run: CourseRun, lesson: Lesson | None, content: Mapping[str, Any]) -> Sitting | None:
    """Return a sitting to come that is all that `content` asks for: somebody pushed twice."""
    at_that_time = db.session.scalars(
        select(Sitting).where(
            Sitting.run_id == run.id,
            Sitting.lesson_id.is_not_distinct_from(lesson.id if lesson is not None else None),
            Sitting.starts_at == content["starts_at"],
            Sitting.state.in_(rules.TO_COME),
        )
    )
    asked = {name: value for name, value in content.items() if lesson is None or name != "kind"}
    return next(
        (
            sitting
            for sitting in at_that_time
            if all(getattr(sitting, name) == value for name, value in asked.items())
        ),
        None,
    )


def plan_series(
    run: CourseRun,
    lessons: Sequence[Lesson | None],
    content: Mapping[str, Any],
    *,
    actor: Person,
    now: datetime,
) -> list[Sitting]:
    """Plan a sitting a week for each of the lessons, at the same time of day in Busan.

    Each is a sitting of its own: moving one moves no other. Elsewhere clocks may change between
    two of them, so nobody is ever told "weekly at nine".
    """
    busan = ZoneInfo(BUSAN)
    first, last = (content[name].astimezone(busan) for name in ("starts_at", "ends_at"))
    return [
        plan_sitting(
            run,
            lesson,
            {
                **content,
                "starts_at": first + timedelta(weeks=week),
                "ends_at": last + timedelta(weeks=week),
            },
            actor=actor,
            now=now,
        )
        for week, lesson in enumerate(lessons)
    ]


def _new_code() -> str:
    # Read aloud in a room and typed on a phone: no letter that looks like another.
    return "".join(secrets.choice("ACDEFHJKMNPQRTUVWXY347") for _place in range(6))


def _check(sitting: Sitting) -> None:
    length = sitting.ends_at - sitting.starts_at
    if length <= timedelta():
        raise Invalid("ends_at", _("The end comes before the beginning."))
    if length > rules.LONGEST:
        raise Invalid("ends_at", _("A session lasts twelve hours at the most."))
    if sitting.lesson_id is None and sitting.title is None:
        raise Invalid("title", _("Give a title, or choose a session of the course."))
    if not rules.breaks_fit(sitting.breaks, int(length.total_seconds()) // 60):
        raise Invalid("breaks", _("The breaks do not fit into the session."))
    if sitting.guest_capacity is not None and sitting.guest_capacity < sitting.guests_taken:
        raise Invalid("guest_capacity", _("More guests have already registered."))


# --- changing --------------------------------------------------------------------------


def change_sitting(
    sitting: Sitting,
    content: Mapping[str, Any],
    *,
    revision: int,
    reason: str,
    actor: Person,
    now: datetime,
) -> bool:
    """Change a sitting that is still to come; False when somebody else was quicker.

    Those concerned are told of a new time with the old one beside it, and of a new place. Raises
    Invalid for times or breaks that cannot be and for a move without a reason; Conflict once it
    was held or cancelled.
    """
    lock(sitting)
    if sitting.state not in rules.TO_COME:
        raise Conflict(_("This session was held or cancelled; its plan can no longer be changed."))
    before = {name: getattr(sitting, name) for name in content}
    old_times = (sitting.starts_at, sitting.ends_at)
    if not change_row(sitting, content, revision=revision):
        return False
    _check(sitting)
    changed = {name for name, value in before.items() if getattr(sitting, name) != value}
    if changed:
        sitting.changed_at = now
    is_moved = bool(changed & {"starts_at", "ends_at"})
    if sitting.state == SittingState.SCHEDULED and is_moved:
        _move(sitting, old_times, reason, actor, now)
        follow_the_end(sitting, now=now)
    if sitting.state == SittingState.SCHEDULED and (is_moved or changed & TOLD_OF):
        have_told(sitting)
        plan_jobs(sitting, now)
    return True


def _move(
    sitting: Sitting,
    old_times: tuple[datetime, datetime],
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    if not reason:
        raise Invalid("reason", _("Say why the time changes: everybody is told."))
    goes_on_longer = sitting.starts_at == old_times[0]
    if sitting.starts_at <= now and not goes_on_longer:
        raise Invalid("starts_at", _("The new time has already passed."))
    if sitting.ends_at <= now:
        raise Invalid("ends_at", _("The new time has already passed."))
    sitting.previous_starts_at, sitting.previous_ends_at = old_times
    sitting.change_reason = reason
    record_change(
        ENTITY,
        sitting.id,
        old=sitting.state,
        new=sitting.state,
        actor_id=actor.id,
        reason=f"{old_times[0]:%Y-%m-%d %H:%M} → {sitting.starts_at:%Y-%m-%d %H:%M} UTC: {reason}",
        now=now,
    )


def schedule(sitting: Sitting, *, actor: Person, now: datetime) -> None:
    """Announce a sitting: it has a place, and an instructor has confirmed. Twice is harmless.

    Everybody concerned is told, reminders are planned. Raises Conflict, saying what is missing, and
    when the run is over or cancelled.
    """
    # The run first, as whoever calls it off does: else each would wait for the other.
    run = lock(db.session.get_one(CourseRun, sitting.run_id))
    _check_run(run, set(RunState) - RUNS_OVER)
    lock(sitting)
    if sitting.state == SittingState.SCHEDULED:
        return
    instructors, confirmed = db.session.execute(
        select(func.count(), func.count(SittingPerson.confirmed_at)).where(
            SittingPerson.sitting_id == sitting.id, SittingPerson.role == SittingRole.INSTRUCTOR
        )
    ).one()
    fault = rules.fault_of_scheduling(
        LessonKind(sitting.kind),
        RoomKind(sitting.room_kind),
        instructors=instructors,
        confirmed=confirmed,
        is_over=sitting.starts_at <= now,
    )
    if fault is not None:
        raise Conflict(str(FAULTS[fault]))
    _set_state(sitting, SittingState.SCHEDULED, actor=actor, now=now)
    have_told(sitting)
    plan_jobs(sitting, now)


def postpone(sitting: Sitting, *, reason: str, actor: Person, now: datetime) -> None:
    """Take a sitting off its time until a new one is found; everybody is told. Needs a reason."""
    lock(sitting)
    if sitting.state == SittingState.POSTPONED:
        return
    _check_reason(reason)
    sitting.previous_starts_at, sitting.previous_ends_at = sitting.starts_at, sitting.ends_at
    sitting.change_reason = reason
    _set_state(sitting, SittingState.POSTPONED, actor=actor, now=now, reason=reason)
    follow_the_end(sitting, now=now)
    have_told(sitting)


def cancel(sitting: Sitting, *, reason: str, actor: Person | None, now: datetime) -> None:
    """Call a sitting off for good; everybody is told, calendars strike it. Needs a reason."""
    lock(sitting)
    if sitting.state == SittingState.CANCELLED:
        return
    _check_reason(reason)
    sitting.change_reason = reason
    _set_state(sitting, SittingState.CANCELLED, actor=actor, now=now, reason=reason)
    have_told(sitting)


def call_off_with_run(event: RunStateChanged) -> None:
    """Call off whatever a cancelled run still had to come, so that everybody hears of it."""
    if event.new != RunState.CANCELLED:
        return
    announced = select(Sitting).where(
        Sitting.run_id == event.run_id, Sitting.state.in_(rules.ANNOUNCED)
    )
    for sitting in db.session.scalars(announced.order_by(Sitting.starts_at, Sitting.id)).all():
        if sitting.state == SittingState.POSTPONED or sitting.ends_at > event.at:
            cancel(sitting, reason=event.reason, actor=None, now=event.at)


def remove_sitting(sitting: Sitting, *, actor: Person, now: datetime) -> None:
    """Remove a sitting nobody was told of. Raises Conflict once it was announced."""
    lock(sitting)
    if sitting.state != SittingState.PLANNED:
        raise Conflict(_("People know of this session: cancel it instead."))
    db.session.execute(delete(SittingPerson).where(SittingPerson.sitting_id == sitting.id))
    record_change(ENTITY, sitting.id, old=sitting.state, new="removed", actor_id=actor.id, now=now)
    db.session.delete(sitting)
    db.session.flush()


def _check_reason(reason: str) -> None:
    if not reason:
        raise Invalid("reason", _("Say why: everybody is told."))


def _set_state(
    sitting: Sitting,
    new: SittingState,
    *,
    actor: Person | None,
    now: datetime,
    reason: str = "",
) -> None:
    old = SittingState(sitting.state)
    if new not in rules.STEPS[old]:
        raise Conflict(_("This step does not fit the session's present state."))
    sitting.state = new
    sitting.changed_at = now
    sitting.revision += 1
    _record(sitting, old, actor, now, reason)


def _record(
    sitting: Sitting, old: str, actor: Person | None, now: datetime, reason: str = ""
) -> None:
    record_change(
        ENTITY,
        sitting.id,
        old=old,
        new=sitting.state,
        actor_id=actor.id if actor is not None else None,
        now=now,
        reason=reason,
    )
    db.session.flush()


def end(sitting: Sitting, *, now: datetime) -> None:
    """Note that a sitting's time is over, so that its attendance is counted. Twice is harmless.

    Raises Conflict while it is not over, or when it was never held.
    """
    lock(sitting)
    if sitting.state in rules.HELD:
        return
    if now < sitting.ends_at:
        raise Conflict(_("This session is not over yet."))
    _set_state(sitting, SittingState.ENDED, actor=None, now=now)


def pass_to(sitting: Sitting, new: SittingState, *, actor: Person | None, now: datetime) -> None:
    """Take the attendance of a sitting on: provisional after it ended, final after that."""
    _set_state(sitting, new, actor=actor, now=now)
