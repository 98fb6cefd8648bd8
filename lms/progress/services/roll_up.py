"""What follows from what a person has done: their hours, and the completion of the course.

The roll-up of an enrolment is locked before anything that changes it; run and enrolment come after.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from lms.core.db import db, execute, lock
from lms.core.events import publish
from lms.courses.models import Module
from lms.enrolment import services as enrolments
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunState
from lms.lessons.models import Lesson
from lms.lessons.rules.outline import STUDIED_ALONE
from lms.progress import rules
from lms.progress.events import CourseCompleted
from lms.progress.models import CourseCompletion, EnrolmentProgress, LessonProgress
from lms.seminars.models import OutageCertificate

# Attendance becomes final, or is corrected, after the last day too; so do contributions.
OPEN_TO_COMPLETION = frozenset({RunState.RUNNING, RunState.JUDGING, RunState.COMPLETED})
NOT_COMPLETED_YET = frozenset({EnrolmentState.ENROLLED, EnrolmentState.STARTED})

_ROLL_UP = EnrolmentProgress.enrolment_id == bindparam("of_enrolment")
_LOCKED = select(EnrolmentProgress.enrolment_id).where(_ROLL_UP).with_for_update(key_share=True)
_CHANGED = update(EnrolmentProgress).where(_ROLL_UP)


def lock_roll_up(enrolment_id: int) -> None:
    """Lock the roll-up of an enrolment, made here when it is the first time."""
    if execute(_LOCKED, {"of_enrolment": enrolment_id}).first() is None:
        _add_roll_up(enrolment_id)
        execute(_LOCKED, {"of_enrolment": enrolment_id}).one()
        count_again(enrolment_id)


def _add_roll_up(enrolment_id: int) -> None:
    run_id = db.session.scalars(select(Enrolment.run_id).where(Enrolment.id == enrolment_id)).one()
    try:
        with db.session.begin_nested():
            db.session.add(EnrolmentProgress(enrolment_id=enrolment_id, run_id=run_id))
    except IntegrityError:
        return  # another request has just added it


def write_roll_up(enrolment_id: int, **values: Any) -> None:
    """Write columns of a locked roll-up."""
    execute(_CHANGED, {"of_enrolment": enrolment_id, **values})


_FACTS = (
    select(
        Lesson.kind.not_in(STUDIED_ALONE),
        Lesson.recognised_minutes,
        LessonProgress.completed_at.is_not(None),
        func.coalesce(LessonProgress.attended_minutes, 0),
        func.coalesce(LessonProgress.granted_minutes, 0),
        LessonProgress.granted_as,
        LessonProgress.contributed_at.is_not(None),
        exists().where(OutageCertificate.enrolment_id == bindparam("of_enrolment")),
    )
    .select_from(Enrolment)
    .join(CourseRun, CourseRun.id == Enrolment.run_id)
    .join(Module, Module.version_id == CourseRun.course_version_id)
    .join(Lesson, Lesson.module_id == Module.id)
    .outerjoin(
        LessonProgress,
        (LessonProgress.lesson_id == Lesson.id) & (LessonProgress.enrolment_id == Enrolment.id),
    )
    .where(Enrolment.id == bindparam("of_enrolment"))
)


def count_again(enrolment_id: int) -> rules.Counts:
    """Count the facts anew and keep the sums: one that is only added to would keep every mistake
    for ever."""
    rows = execute(_FACTS, {"of_enrolment": enrolment_id}).all()
    counts = rules.count(
        [rules.LessonFacts(*facts) for *facts, _outage in rows],
        is_outage_certified=any(row[-1] for row in rows),
    )
    write_roll_up(enrolment_id, **asdict(counts))
    return counts


_STATES = (
    select(Enrolment.state, CourseRun.state, CourseRun.id)
    .join(CourseRun, CourseRun.id == Enrolment.run_id)
    .where(Enrolment.id == bindparam("of_enrolment"))
)


def follow_up(enrolment_id: int, now: datetime, *, has_begun: bool) -> None:
    """Count anew what others have said of sessions; start and complete what that does."""
    counts = count_again(enrolment_id)
    state, run_state, run_id = execute(_STATES, {"of_enrolment": enrolment_id}).one()
    if state not in NOT_COMPLETED_YET or run_state not in OPEN_TO_COMPLETION:
        return
    if has_begun:
        start(enrolment_id, now)
    complete_course(enrolment_id, run_id, counts, now)


def start(enrolment_id: int, now: datetime) -> None:
    """Note that a person has begun to study; harmless when they already had."""
    enrolments.mark_started(_locked_enrolment(enrolment_id), now=now)


def complete_course(
    enrolment_id: int, run_id: int, counts: rules.Counts, now: datetime
) -> EnrolmentState | None:
    """Complete the course when its rule is met, and announce it, for who has not completed it yet.

    Return the state that leaves the enrolment in; None while the rule is not met.
    """
    run = db.session.get_one(CourseRun, run_id)
    figures = rules.Figures(counts.earned_minutes, counts.required_minutes, run.completion_percent)
    if rules.outcome(figures) is not rules.Outcome.COMPLETION:
        return None
    lock(run)  # before the enrolment, in the order in which people also leave a run
    enrolment = _locked_enrolment(enrolment_id)
    enrolments.mark_completed(enrolment, now=now)
    if enrolment.state != EnrolmentState.COMPLETED:
        return EnrolmentState(enrolment.state)  # left in this very moment
    completion = CourseCompletion(
        enrolment_id=enrolment.id,
        rule_version=rules.RULE_VERSION,
        figures={
            **asdict(figures),
            "rate": str(figures.percent),
            "lessons_done": counts.lessons_done,
            "lessons_total": counts.lessons_total,
        },
        result=rules.Outcome.COMPLETION,
        decided_at=now,
    )
    db.session.add(completion)
    db.session.flush()
    publish(CourseCompleted(enrolment.id, run.id, enrolment.person_id, completion.id, now))
    return EnrolmentState(enrolment.state)


def _locked_enrolment(enrolment_id: int) -> Enrolment:
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
