"""Words of time in the mails of this package, on the clock of whoever a mail is written to."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from lms.core import clock
from lms.i18n.times import offset, reader_zone, short_day
from lms.seminars.calendar import clock_lines
from lms.seminars.views.pages import bp

bp.add_app_template_global(clock_lines)


@bp.app_template_global("beginning_words")
def beginning_words(starts_at: datetime) -> str:
    """Return when something begins, for a subject: Wed, 4 Nov 13:00 (UTC+7)."""
    local = _local(starts_at)
    return _(
        "%(day)s %(time)s (%(offset)s)",
        day=short_day(local.date()),
        time=f"{local:%H:%M}",
        offset=offset(local),
    )


@bp.app_template_global("days_until")
def days_until(moment: datetime) -> int:
    """Return how many midnights are to come before a moment: 0 today, 1 tomorrow."""
    return (_local(moment).date() - _local(clock.now()).date()).days


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(reader_zone().name))
