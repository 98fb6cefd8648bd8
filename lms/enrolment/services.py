"""Writes on runs and enrolments.

Whoever changes a seat first locks the run, so two people never take the same one; the check
constraint on `seats_taken` would refuse it all the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.events import publish
from lms.courses.models import Course
from lms.courses.queries import published_version
from lms.courses.services import note_catalogue_change
from lms.enrolment import queries, rules
from lms.enrolment.events import PersonEnrolled, PersonWithdrew, RunStateChanged
from lms.enrolment.models import (
    CourseRun,
    Enrolment,
    EnrolmentState,
    RunInstructor,
    RunState,
)

REFUSALS: Mapping[rules.Bar, object] = {
    rules.Bar.UPCOMING: _l("Enrolment in this run has not opened yet."),
    rules.Bar.OVER: _l("This run is over. Its course may be held again."),
    rules.Bar.CANCELLED: _l("This run was cancelled."),
    rules.Bar.CLOSED: _l("Enrolment in this run has closed."),
    rules.Bar.FULL: _l("All places in this run are taken."),
    rules.Bar.EMAIL_UNCONFIRMED: _l("Confirm your e-mail address first, then enrol."),
}

FAULTS: Mapping[rules.RunFault, object] = {
    rules.RunFault.COURSE_NOT_PUBLISHED: _l("The course of this run is not published."),
    rules.RunFault.NO_LESSONS: _l("The course has no session yet that counts for hours."),
    rules.RunFault.OVER: _l("The last day of this run has passed."),
}

# --- enrolments ------------------------------------------------------------------------


def enrol(
    person: Person, run: CourseRun, *, now: datetime, actor: Person | None = None
) -> Enrolment:
    """Enrol a person in a run and return the enrolment.

    Enrolling twice is harmless. Who had left takes up their old enrolment where it was. Raises
    Conflict, saying why, when the run is not running, closed or full, or when the person has not
    confirmed their e-mail address.
    """
    lock(run)
    enrolment = db.session.scalar(
        select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.person_id == person.id)
    )
    if enrolment is not None and enrolment.state not in rules.LEFT_STATES:
        return enrolment
    bar = rules.bar_to_enrolling(
        rules.RunFacts.of(run), email_confirmed=person.email_confirmed_at is not None, now=now
    )
    if bar is not None:
        raise Conflict(str(REFUSALS[bar]))
    actor_id = actor.id if actor is not None else person.id
    if enrolment is None:
        enrolment = _new_enrolment(person, run, actor_id, now)
    else:
        state = rules.STATE_AFTER_RETURN[EnrolmentState(enrolment.state)]
        enrolment.ended_at = None
        _set_state(enrolment, state, actor_id=actor_id, now=now)
    _take_seats(run, 1)
    publish(PersonEnrolled(enrolment.id, run.id, person.id, now))
    return enrolment


def _new_enrolment(person: Person, run: CourseRun, actor_id: int, now: datetime) -> Enrolment:
    enrolment = Enrolment(
        run_id=run.id,
        person_id=person.id,
        state=EnrolmentState.ENROLLED,
        enrolled_at=now,
        is_demo=person.is_demo,
    )
    db.session.add(enrolment)
    db.session.flush()
    record_change(
        "enrolment", enrolment.id, old="", new=enrolment.state, actor_id=actor_id, now=now
    )
    return enrolment


def leave(enrolment: Enrolment, *, actor: Person, now: datetime, reason: str = "") -> None:
    """Take a person out of a run and free their seat; nothing of their record is lost.

    Before their first session they are withdrawn, after it they have dropped out. Leaving twice
    is harmless. Raises Conflict once the course is completed or the run is over.
    """
    run = lock(db.session.get_one(CourseRun, enrolment.run_id))
    lock(enrolment)
    if enrolment.state in rules.LEFT_STATES:
        return
    if not rules.may_leave(EnrolmentState(enrolment.state), RunState(run.state)):
        raise Conflict(_("You can no longer leave this run: you have completed it, or it is over."))
    state = rules.STATE_AFTER_LEAVING[EnrolmentState(enrolment.state)]
    enrolment.ended_at = now
    _set_state(enrolment, state, actor_id=actor.id, now=now, reason=reason)
    _take_seats(run, -1)
    publish(PersonWithdrew(enrolment.id, now))


def mark_started(enrolment: Enrolment, *, now: datetime) -> None:
    """Note that the person has begun to study; harmless when they already had."""
    if enrolment.state == EnrolmentState.ENROLLED and _is_still(enrolment, EnrolmentState.ENROLLED):
        _set_state(enrolment, EnrolmentState.STARTED, actor_id=None, now=now)


def mark_completed(enrolment: Enrolment, *, now: datetime) -> None:
    """Note that the person has completed the course; harmless when they already had."""
    mark_started(enrolment, now=now)
    if enrolment.state == EnrolmentState.STARTED and _is_still(enrolment, EnrolmentState.STARTED):
        enrolment.ended_at = now
        _set_state(enrolment, EnrolmentState.COMPLETED, actor_id=None, now=now)


def _is_still(enrolment: Enrolment, state: EnrolmentState) -> bool:
    """Look again under the lock: a second device may have been quicker, or staff."""
    return bool(lock(enrolment).state == state)


def _set_state(
    enrolment: Enrolment,
    new: EnrolmentState,
    *,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    old = EnrolmentState(enrolment.state)
    if new not in rules.ENROLMENT_STEPS[old]:
        raise ValueError(f"an enrolment does not pass from {old} to {new}")
    enrolment.state = new
    record_change(
        "enrolment", enrolment.id, old=old, new=new, actor_id=actor_id, now=now, reason=reason
    )
    db.session.flush()


def _take_seats(run: CourseRun, count: int) -> None:
    run.seats_taken += count
    db.session.flush()
    if run.capacity is not None:  # visitors see how many places are left
        note_catalogue_change()


# --- runs ------------------------------------------------------------------------------


def create_run(
    course: Course,
    *,
    starts_on: date,
    ends_on: date,
    enrolment_closes_at: datetime,
    working_language: str,
    actor: Person | None,
    now: datetime,
    cohort_no: int | None = None,
    capacity: int | None = None,
    instructors: Sequence[Person] = (),
    is_demo: bool = False,
) -> CourseRun:
    """Plan a run of the published version of a course, as a draft only staff see; return it.

    It keeps that version, whatever is published later, and takes its rule of completion. Raises
    Conflict when nothing is published; Invalid, naming the field, for dates out of order, a
    cohort number already used, a capacity below one or a deadline after the end.
    """
    lock(course)  # two staff who plan at once would both be given the same number
    version = published_version(course.id)
    if version is None:
        raise Conflict(_("The course of this run is not published."))
    if cohort_no is None:
        cohort_no = queries.next_cohort_no(course)
    run = CourseRun(
        course_id=course.id,
        course_version_id=version.id,
        cohort_no=cohort_no,
        state=RunState.DRAFT,
        starts_on=starts_on,
        ends_on=ends_on,
        enrolment_closes_at=enrolment_closes_at,
        working_language=working_language,
        capacity=capacity,
        completion_percent=version.completion_percent,
        is_demo=is_demo,
        created_at=now,
    )
    _check_run(run)
    db.session.add(run)
    db.session.flush()
    for person in instructors:
        db.session.add(RunInstructor(run_id=run.id, person_id=person.id))
    record_change(
        "course_run",
        run.id,
        old="",
        new=run.state,
        actor_id=actor.id if actor is not None else None,
        now=now,
    )
    db.session.flush()
    return run


def _check_run(run: CourseRun) -> None:
    if run.ends_on < run.starts_on:
        raise Invalid("ends_on", _("The last day comes before the first."))
    if run.enrolment_closes_at > rules.end_of_day(run.ends_on):
        raise Invalid("enrolment_closes_on", _("Enrolment cannot close after the last day."))
    if run.capacity is not None and run.capacity < 1:
        raise Invalid("capacity", _("Give at least one place, or leave it empty for no limit."))
    if run.cohort_no < 1 or queries.has_cohort(run.course_id, run.cohort_no):
        raise Invalid("cohort_no", _("This course already has a run with this number."))


def change_run_state(
    run: CourseRun,
    new: RunState,
    *,
    actor: Person | None,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Take a run to another state, as `rules.RUN_STEPS` allows.

    Raises Conflict when somebody else changed the run after `version` was shown, when the step
    does not fit its state or something it needs is missing; Invalid when a cancellation gives no
    reason.
    """
    lock(run)
    old = RunState(run.state)
    if version is not None and version != run.version:
        raise Conflict(_("Somebody else has changed this run in the meantime."))
    if not rules.may_step(old, new):
        raise Conflict(_("This step does not fit the run's present state."))
    _check_step(run, new, reason, now)
    run.state = new
    run.version += 1
    record_change(
        "course_run",
        run.id,
        old=old,
        new=new,
        actor_id=actor.id if actor is not None else None,
        now=now,
        reason=reason,
    )
    note_catalogue_change()
    publish(RunStateChanged(run.id, old, new, now, reason))


def _check_step(run: CourseRun, new: RunState, reason: str, now: datetime) -> None:
    if rules.needs_reason(new) and not reason:
        raise Invalid("reason", _("Say why the run is cancelled."))
    fault = queries.fault_of_step(run, new, now=now)
    if fault is not None:
        raise Conflict(str(FAULTS[fault]))
