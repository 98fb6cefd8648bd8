"""Days off that staff enter, and take out again."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Invalid
from lms.core.text import TextInLanguages
from lms.seminars.models import Holiday
from lms.seminars.queries.holidays import holiday_on

ENTITY = "holiday"
ADDED, REMOVED = "added", "removed"
MOST_DAYS = 60


@dataclass(frozen=True)
class Days:
    """Days off of a region, or days on which people there work against its calendar."""

    region: str
    first_on: date
    last_on: date
    name: TextInLanguages
    is_working_day: bool


def add_holiday(days: Days, *, actor: Person, now: datetime) -> Holiday:
    """Enter days off, or days that are worked; the same entered again, or by two at once, is one.

    Raises Invalid when the days are out of order, too many, or entered under another name.
    """
    if days.last_on < days.first_on:
        raise Invalid("last_on", _("The last day cannot be before the first day."))
    if (days.last_on - days.first_on).days >= MOST_DAYS:
        raise Invalid("last_on", _("Give at most %(most)d days at a time.", most=MOST_DAYS))
    present = holiday_on(days.region, days.first_on, days.last_on, days.is_working_day)
    if present is not None:
        return _the_same(present, days)
    holiday = Holiday(
        region=days.region,
        first_on=days.first_on,
        last_on=days.last_on,
        name=days.name,
        is_working_day=days.is_working_day,
        created_by_id=actor.id,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(holiday)
    except IntegrityError:
        present = holiday_on(days.region, days.first_on, days.last_on, days.is_working_day)
        if present is None:
            raise
        return _the_same(present, days)
    record_change(ENTITY, holiday.id, old="", new=ADDED, actor_id=actor.id, now=now)
    return holiday


def _the_same(present: Holiday, days: Days) -> Holiday:
    if present.name != days.name:
        raise Invalid(
            "name", _("These days are entered already. To rename them, remove that entry first.")
        )
    return present


def remove_holiday(holiday: Holiday, *, actor: Person, now: datetime) -> Days:
    """Take out what was entered and return it, to be entered again by who regrets it.

    The history keeps what it was. Raises NotFound when somebody else has just taken it out.
    """
    lock(holiday)
    days = Days(
        holiday.region,
        holiday.first_on,
        holiday.last_on,
        holiday.name,
        holiday.is_working_day,
    )
    what = f"{days.region} {days.first_on}/{days.last_on} {days.name.texts[days.name.source]}"
    record_change(
        ENTITY, holiday.id, old=ADDED, new=REMOVED, actor_id=actor.id, now=now, reason=what
    )
    db.session.delete(holiday)
    db.session.flush()
    return days
