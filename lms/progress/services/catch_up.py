"""Making up for a session that was missed: watching what of it was missed, and three answers.

Rows are locked in this order: the record here, then what `make_up` locks, then the roll-up. Two
tabs and a repeated request wait for each other at the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from lms.core.db import db, execute
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.intervals import Interval, seconds_in
from lms.core.unit_of_work import must_last
from lms.progress import rules
from lms.progress.models import CatchUp
from lms.progress.queries.catch_up import CatchingUp, CatchUpRecord, catching_up
from lms.progress.services.roll_up import write_roll_up
from lms.seminars.models import Attendance
from lms.seminars.queries.recordings import questions_of
from lms.seminars.rules.recordings import Bar, MakeUp, bar_to_making_up
from lms.seminars.services.attendance import make_up

ACTIVITY_EVERY = timedelta(minutes=1)

BARS: Mapping[Bar, LazyString] = {
    Bar.NOT_COUNTED: _l("Your attendance of this session has not been counted yet."),
    Bar.IN_FULL: _l("There is nothing to make up: this session counts in full for you."),
    Bar.IN_FULL_ELSEWHERE: _l(
        "There is nothing to make up: you attended this session at another time."
    ),
    Bar.NOT_OFFERED: _l("Watching does not make up for this session."),
    Bar.NO_QUESTIONS: _l(
        "This session cannot be made up: the three questions it takes have not been written."
    ),
    Bar.NOT_RECORDED: _l("What you missed is not in the recording."),
    Bar.TOO_LATE: _l("The seven days to make it up are over. You can watch; it no longer counts."),
}


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with what they make up."""

    watched_seconds: int
    is_watched: bool
    is_answered: bool
    is_complete: bool


@dataclass(frozen=True)
class Answered:
    """What came of answers: the questions to try again, and where that leaves somebody."""

    wrong: Sequence[int]
    standing: Standing


def record_watch(
    known: CatchingUp,
    intervals: Sequence[Interval],
    position: int,
    *,
    opened_at: datetime,
    now: datetime,
) -> Standing:
    """Add played seconds of a recording, and make up for the session once enough is watched.

    Intervals are merged here, and believed as far as real time allows since the recording was
    published and the page opened. Sent again they change nothing. Raises Invalid for seconds the
    recording does not have, Conflict when watching makes up for nothing (any more).
    """
    now_known, facts = _open(known, now)
    published_at = now_known.recording.sitting.recording_published_at
    assert published_at is not None
    seconds = now_known.recording.seconds
    _check_played(intervals, position, seconds)
    if now_known.record.completed_at is not None:
        return _standing(now_known, facts)
    _check_bar(facts, now)
    after = rules.watch(
        now_known.watched,
        intervals,
        duration=seconds,
        opened_at=max(published_at, min(opened_at, now)),
        now=now,
    )
    record = replace(
        now_known.record,
        intervals=[list(interval) for interval in after.intervals],
        allowance=after.allowance,
        allowance_at=after.allowance_at,
        last_position=position,
    )
    return _settle(replace(now_known, record=record), facts, now)


def answer_questions(known: CatchingUp, choices: Mapping[int, int], *, now: datetime) -> Answered:
    """Judge the answers to the questions, by their positions; all right at once they stay right.

    Tries are free and counted until then. With enough watched it makes up for the session. Raises
    Invalid for a choice a question does not have, Conflict when nothing can be made up (any more).
    """
    now_known, facts = _open(known, now)
    record = now_known.record
    if record.answered_at is not None:
        return Answered((), _standing(now_known, facts))
    _check_bar(facts, now)
    wrong = _wrong(now_known.recording.sitting.id, choices)
    record = replace(record, tries=record.tries + 1, answered_at=None if wrong else now)
    return Answered(wrong, _settle(replace(now_known, record=record), facts, now))


def _wrong(sitting_id: int, choices: Mapping[int, int]) -> Sequence[int]:
    wrong = []
    for question in questions_of(sitting_id):
        choice = choices.get(question.position)
        if choice is None or not 0 <= choice < len(question.choices):
            raise Invalid(f"question_{question.position}", _("Choose one of the answers."))
        if choice != question.correct_choice:
            wrong.append(question.position)
    return tuple(wrong)


def _check_played(intervals: Sequence[Interval], position: int, seconds: int) -> None:
    if not 0 <= position <= seconds:
        raise Invalid("position", _("The position lies outside the recording."))
    if any(not 0 <= start < end <= seconds for start, end in intervals):
        raise Invalid("intervals", _("An interval lies outside the recording."))


def _check_bar(facts: MakeUp, now: datetime) -> None:
    bar = bar_to_making_up(facts, now)
    if bar is not None:
        raise Conflict(str(BARS[bar]))


# --- the record ------------------------------------------------------------------------

_OF = (
    CatchUp.sitting_id == bindparam("of_sitting"),
    CatchUp.enrolment_id == bindparam("of_enrolment"),
)
_LOCKED = select(CatchUp.id).where(*_OF).with_for_update(key_share=True)
_CHANGED = update(CatchUp).where(*_OF)


def _open(known: CatchingUp, now: datetime) -> tuple[CatchingUp, MakeUp]:
    """Lock a record, made here when it is the first time; return it as it is now, with what
    decides about making up."""
    of = _keys(known)
    if execute(_LOCKED, of).first() is None:
        _add(known, now)
        execute(_LOCKED, of).one()
    found = catching_up(known.person_id, known.recording.sitting.id)
    if found is None or not found.is_active:
        raise NotFound
    if not found.is_open:
        raise Conflict(_("This course run is over: what you study now is no longer recorded."))
    if not found.can_be_watched(now):
        raise Conflict(_("This recording can no longer be watched."))
    return found, found.make_up()


def _add(known: CatchingUp, now: datetime) -> None:
    keys = {"sitting_id": known.recording.sitting.id, "enrolment_id": known.enrolment_id}
    try:
        with db.session.begin_nested():
            db.session.add(CatchUp(**keys, intervals=[], updated_at=now))
    except IntegrityError:
        return  # another request has just added it


def _keys(known: CatchingUp) -> dict[str, Any]:
    return {"of_sitting": known.recording.sitting.id, "of_enrolment": known.enrolment_id}


def _settle(known: CatchingUp, facts: MakeUp, now: datetime) -> Standing:
    """Save, make up for the session when that is done now, note the activity."""
    standing = _standing(known, facts)
    is_done_now = standing.is_watched and standing.is_answered and known.record.completed_at is None
    if is_done_now:
        must_last()
        known = replace(known, record=replace(known.record, completed_at=now))
    _save(known, known.record, now)
    if is_done_now:
        make_up(db.session.get_one(Attendance, known.attendance_id), now)
    last = known.last_activity_at
    if last is None or now - last >= ACTIVITY_EVERY:
        write_roll_up(known.enrolment_id, last_activity_at=now)
    return _standing(known, facts)


def _save(known: CatchingUp, record: CatchUpRecord, now: datetime) -> None:
    execute(_CHANGED, {**_keys(known), **vars(record), "updated_at": now})


def _standing(known: CatchingUp, facts: MakeUp) -> Standing:
    seconds = rules.seconds_watched(facts.missed, known.watched.intervals)
    return Standing(
        watched_seconds=seconds,
        is_watched=rules.is_watched(seconds, seconds_in(facts.missed)),
        is_answered=known.record.answered_at is not None,
        is_complete=known.record.completed_at is not None,
    )
