"""Whole days in the timetable of a run: study in one's own time, a national holiday.

Calendars know an item by its `uid` and the newest word on it by its `sequence`; what is taken out
stays as cancelled, so that they strike it.
"""

import secrets
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Conflict, Invalid
from lms.core.text import TextInLanguages
from lms.enrolment.models import CourseRun, RunState
from lms.seminars.models import DayItem

ENTITY = "day_item"
LONGEST = timedelta(days=366)


def add_day_item(
    run: CourseRun,
    title: TextInLanguages,
    first_on: date,
    last_on: date,
    *,
    actor: Person,
    now: datetime,
) -> DayItem:
    """Put whole days into the timetable of a run; return them. The same sent twice is one.

    Raises Conflict for a run that is over, Invalid when the last day comes before the first.
    """
    lock(run)
    if run.state not in {RunState.DRAFT, RunState.APPROVED, RunState.RUNNING}:
        raise Conflict(_("This run is over: its timetable can no longer be changed."))
    _check(first_on, last_on)
    same_days = select(DayItem).where(
        DayItem.run_id == run.id,
        DayItem.first_on == first_on,
        DayItem.last_on == last_on,
        DayItem.is_cancelled.is_(False),
    )
    for present in db.session.scalars(same_days):
        if present.title == title:
            return present
    item = DayItem(
        run_id=run.id,
        uid=secrets.token_hex(12),
        title=title,
        first_on=first_on,
        last_on=last_on,
        updated_at=now,
    )
    db.session.add(item)
    db.session.flush()
    _record(item, "", "added", actor, now)
    return item


def change_day_item(
    item: DayItem,
    title: TextInLanguages,
    first_on: date,
    last_on: date,
    *,
    sequence: int,
    actor: Person,
    now: datetime,
) -> bool:
    """Change whole days as they were at `sequence`; False when somebody else was quicker.

    What is as it was changes nothing, so sending the same twice is harmless. Raises Conflict when
    they were taken out, Invalid when the last day comes before the first.
    """
    lock(item)
    if item.is_cancelled:
        raise Conflict(_("Somebody has taken this out of the timetable."))
    _check(first_on, last_on)
    if (item.title, item.first_on, item.last_on) == (title, first_on, last_on):
        return True
    if item.sequence != sequence:
        return False
    item.title, item.first_on, item.last_on = title, first_on, last_on
    _raise_sequence(item, now)
    _record(item, "added", "changed", actor, now)
    return True


def remove_day_item(item: DayItem, *, actor: Person, now: datetime) -> None:
    """Take whole days out of the timetable; calendars strike them. Twice is harmless."""
    lock(item)
    if item.is_cancelled:
        return
    item.is_cancelled = True
    _raise_sequence(item, now)
    _record(item, "added", "removed", actor, now)


def _check(first_on: date, last_on: date) -> None:
    if last_on < first_on:
        raise Invalid("last_on", _("The last day comes before the first."))
    if last_on - first_on >= LONGEST:
        raise Invalid("last_on", _("These are more days than a year has."))


def _raise_sequence(item: DayItem, now: datetime) -> None:
    item.sequence += 1
    item.updated_at = now
    db.session.flush()


def _record(item: DayItem, old: str, new: str, actor: Person, now: datetime) -> None:
    record_change(
        ENTITY,
        item.id,
        old=old,
        new=new,
        actor_id=actor.id,
        reason=f"{item.first_on} – {item.last_on}",
        now=now,
    )
