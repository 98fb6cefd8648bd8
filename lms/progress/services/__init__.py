"""Writes on what a person has done alone: watching, answering, reading.

What sessions held at a time earn is written in `attendance`, what follows from both in `roll_up`.
Every write begins with the lock on the enrolment's roll-up; run and enrolment are locked after it,
in that order. Two tabs, two devices and a repeated request therefore wait for each other instead
of overwriting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, select, update

from lms.core.db import db, execute, locks_rows
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.intervals import Interval
from lms.core.unit_of_work import must_last
from lms.enrolment.events import PersonEnrolled
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState
from lms.enrolment.rules import ACTIVE_STATES, STUDY_STATES
from lms.lessons.models import CheckQuestion, LessonKind
from lms.progress import rules
from lms.progress.models import EnrolmentProgress, LessonProgress
from lms.progress.services.roll_up import (
    complete_course,
    count_again,
    lock_roll_up,
    start,
    write_roll_up,
)

# How fresh "last activity" is kept: a beat comes every 15 s, staff need no finer figure.
ACTIVITY_EVERY = timedelta(minutes=1)


class Identified(Protocol):
    """Something known by its id, a row or a plain record of one."""

    @property
    def id(self) -> int: ...


class Studied(Identified, Protocol):
    """A lesson, as far as studying it goes."""

    @property
    def kind(self) -> LessonKind: ...
    @property
    def duration_seconds(self) -> int: ...


@dataclass(frozen=True)
class Standing:
    """Where a person stands in a lesson and its course after what they did."""

    watched_seconds: int
    is_watched: bool
    is_answered: bool
    is_complete: bool
    earned_minutes: int
    course_is_complete: bool


@dataclass
class _Row:
    """The record of one lesson; fields are columns of `LessonProgress`."""

    intervals: list[list[int]] = field(default_factory=list)
    watched_seconds: int = 0
    last_position: int = 0
    allowance: float = 0.0
    allowance_at: datetime | None = None
    answered_at: datetime | None = None
    tries: int = 0
    completed_at: datetime | None = None


@dataclass
class _Record:
    """A record with where it belongs, under the lock of the roll-up."""

    state: EnrolmentState
    run_id: int
    earned_minutes: int
    last_lesson_id: int | None
    last_activity_at: datetime | None
    enrolment_id: int
    lesson_id: int
    row_id: int | None
    row: _Row

    @property
    def course_is_complete(self) -> bool:
        return self.state == EnrolmentState.COMPLETED


# --- what a person does ----------------------------------------------------------------


def open_progress(event: PersonEnrolled) -> None:
    """Open the roll-up of an enrolment with what its run requires; harmless a second time."""
    lock_roll_up(event.enrolment_id)
    count_again(event.enrolment_id)


def record_watch(
    enrolment: Identified,
    lesson: Studied,
    intervals: Sequence[Interval],
    position: int,
    *,
    opened_at: datetime,
    now: datetime,
) -> Standing:
    """Add played seconds to the record and complete the lesson when its rule is met.

    Intervals are merged here; nothing the player sends can lower the record, jump it ahead of
    real time or declare the lesson complete, and sending it again changes nothing. Raises Invalid
    for seconds the recording does not have, Conflict when the run no longer runs.
    """
    _check_played(intervals, position, lesson.duration_seconds)
    record = _open_record(enrolment.id, lesson.id)
    row = record.row
    after = rules.watch(
        rules.Watched(tuple((a, b) for a, b in row.intervals), row.allowance, row.allowance_at),
        intervals,
        duration=lesson.duration_seconds,
        opened_at=min(opened_at, now),
        now=now,
    )
    row.intervals = [list(interval) for interval in after.intervals]
    row.watched_seconds = after.seconds
    row.allowance = after.allowance
    row.allowance_at = after.allowance_at
    row.last_position = position
    return _settle(record, lesson, now)


def answer_question(
    enrolment: Identified, lesson: Studied, choice: int, *, now: datetime
) -> Standing:
    """Judge a choice; the right one completes the lesson when it was watched.

    Tries are free and counted until the right one; an answer once right stays right. Raises
    NotFound for a lesson without a question, Invalid for a choice it does not have.
    """
    question = db.session.get(CheckQuestion, lesson.id)
    if question is None:
        raise NotFound
    if not 0 <= choice < len(question.stored_choices):
        raise Invalid("choice", _("Choose one of the answers."))
    record = _open_record(enrolment.id, lesson.id)
    if record.row.answered_at is None:
        record.row.tries += 1
        if choice == question.correct_choice:
            record.row.answered_at = now
    return _settle(record, lesson, now)


def mark_read(enrolment: Identified, lesson: Studied, *, now: datetime) -> Standing:
    """Tick a reading; harmless when it is ticked. Raises Conflict for anything but a reading."""
    if lesson.kind != LessonKind.READING:
        raise Conflict(_("A recorded session is completed by watching it."))
    record = _open_record(enrolment.id, lesson.id)
    return _settle(record, lesson, now, is_read=True)


def _check_played(intervals: Sequence[Interval], position: int, duration: int) -> None:
    if not 0 <= position <= duration:
        raise Invalid("position", _("The position lies outside the recording."))
    if any(not 0 <= start < end <= duration for start, end in intervals):
        raise Invalid("intervals", _("An interval lies outside the recording."))


# --- the record of a lesson ------------------------------------------------------------


_KEPT = [getattr(LessonProgress, column.name) for column in fields(_Row)]
_RECORD = (
    select(
        Enrolment.state,
        CourseRun.state,
        CourseRun.id,
        EnrolmentProgress.earned_minutes,
        EnrolmentProgress.last_lesson_id,
        EnrolmentProgress.last_activity_at,
        LessonProgress.id,
        *_KEPT,
    )
    .join(CourseRun, CourseRun.id == Enrolment.run_id)
    .join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
    .outerjoin(
        LessonProgress,
        (LessonProgress.enrolment_id == Enrolment.id)
        & (LessonProgress.lesson_id == bindparam("lesson_id")),
    )
    .where(Enrolment.id == bindparam("enrolment_id"))
)
_FIRST = insert(LessonProgress)
_AGAIN = update(LessonProgress).where(LessonProgress.id == bindparam("row_id"))


def _open_record(enrolment_id: int, lesson_id: int) -> _Record:
    """Return the record of a lesson.

    The roll-up is locked first and by itself: what is read after it is what the request before
    this one has left. A beat comes every 15 seconds from everybody who watches, so columns are
    read and written here, not rows of classes.
    """
    wanted = {"enrolment_id": enrolment_id, "lesson_id": lesson_id}
    if locks_rows():
        lock_roll_up(enrolment_id)
    found = execute(_RECORD, wanted).one_or_none()
    if found is None:  # the enrolment is older than its roll-up
        lock_roll_up(enrolment_id)
        found = execute(_RECORD, wanted).one()
    state, run_state, run_id, earned, last_lesson_id, last_activity_at, row_id, *kept = found
    if state not in ACTIVE_STATES:
        raise NotFound
    if run_state not in STUDY_STATES:
        raise Conflict(_("This course run is over: what you study now is no longer recorded."))
    return _Record(
        EnrolmentState(state),
        run_id,
        earned,
        last_lesson_id,
        last_activity_at,
        enrolment_id,
        lesson_id,
        row_id,
        _Row() if row_id is None else _Row(*kept),
    )


def _save(record: _Record, now: datetime) -> None:
    values = {**vars(record.row), "updated_at": now}
    if record.row_id is None:
        of = {"enrolment_id": record.enrolment_id, "lesson_id": record.lesson_id}
        execute(_FIRST, values | of)
    else:
        execute(_AGAIN, values | {"row_id": record.row_id})


def _settle(record: _Record, lesson: Studied, now: datetime, *, is_read: bool = False) -> Standing:
    """Save, complete what is complete now, note the activity; say where the person stands."""
    row = record.row
    is_watched = rules.is_watched(row.watched_seconds, lesson.duration_seconds)
    # A session held at a time is attended; watching its recording completes nothing.
    is_studied = is_watched and lesson.kind == LessonKind.RECORDED
    is_done_now = row.completed_at is None and (is_read or is_studied) and _is_complete(row, lesson)
    if is_done_now:
        must_last()
        row.completed_at = now
    _save(record, now)
    if is_done_now:
        _count_lesson(record, now)
    _note_activity(record, now)
    return Standing(
        watched_seconds=row.watched_seconds,
        is_watched=is_watched,
        is_answered=row.answered_at is not None,
        is_complete=row.completed_at is not None,
        earned_minutes=record.earned_minutes,
        course_is_complete=record.course_is_complete,
    )


def _is_complete(row: _Row, lesson: Studied) -> bool:
    question = select(CheckQuestion.lesson_id).where(CheckQuestion.lesson_id == lesson.id)
    return rules.lesson_is_complete(
        is_studied=True,
        # A reading is ticked by its reader; only a recording is asked about.
        has_question=lesson.kind == LessonKind.RECORDED and db.session.scalar(question) is not None,
        is_answered=row.answered_at is not None,
    )


def _note_activity(record: _Record, now: datetime) -> None:
    if record.state == EnrolmentState.ENROLLED:
        must_last()
        start(record.enrolment_id, now)
    last = record.last_activity_at
    is_fresh = last is not None and now - last < ACTIVITY_EVERY
    if not is_fresh or record.last_lesson_id != record.lesson_id:
        write_roll_up(record.enrolment_id, last_activity_at=now, last_lesson_id=record.lesson_id)


def _count_lesson(record: _Record, now: datetime) -> None:
    counts = count_again(record.enrolment_id)
    record.earned_minutes = counts.earned_minutes
    if not record.course_is_complete:
        after = complete_course(record.enrolment_id, record.run_id, counts, now)
        record.state = after or record.state
