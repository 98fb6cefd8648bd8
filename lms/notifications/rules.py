"""Who is told of what and how; when digests are due; what a message says as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, Protocol, TypedDict, TypeVar
from zoneinfo import ZoneInfo

from lms.core.text import TextInLanguages
from lms.notifications.models import How, Topic

# How one hears of each topic that can be chosen, as long as one has not chosen.
USUAL: Mapping[Topic, How] = {
    Topic.REPLIES: How.AT_ONCE,
    Topic.MENTIONS: How.AT_ONCE,
    Topic.FOLLOWED: How.DAILY,
    Topic.MESSAGES: How.AT_ONCE,
    Topic.NOTICES: How.AT_ONCE,
}

# Kinds of notices that belong to a topic that can be chosen.
TOPICS: dict[str, Topic] = {
    "boards.replied": Topic.REPLIES,
    "boards.translated": Topic.REPLIES,
    "boards.mentioned": Topic.MENTIONS,
    "boards.followed": Topic.FOLLOWED,
    "boards.message": Topic.MESSAGES,
    "boards.notice": Topic.NOTICES,
}

DIGESTS = (How.DAILY, How.WEEKLY)
USUAL_HOUR, USUAL_WEEKDAY = 8, 0

_PARTS_OF_TEXT = {"source", "texts"}


class Attachment(TypedDict):
    """A text file that leaves with a mail."""

    name: str
    mimetype: str
    text: str


class Grouped(Protocol):
    """Something that belongs to a course, a board or nothing."""

    @property
    def group(self) -> str: ...


Item = TypeVar("Item", bound=Grouped)


class Stop(NamedTuple):
    """What the link in a mail stops: mails of one topic or, without one, all digests."""

    person_id: int
    topic: Topic | None


@dataclass(frozen=True)
class DigestHours:
    """When somebody's digests leave, and the last hours of these that were served."""

    zone: str
    hour: int = USUAL_HOUR
    weekday: int = USUAL_WEEKDAY
    last_daily_at: datetime | None = None
    last_weekly_at: datetime | None = None


def topic_of(kind: str) -> Topic:
    """Return the topic of a kind of notice; what nobody has sorted is essential.

    Of boards, all that is not sorted is about decisions on posts, and work for moderators.
    """
    if kind in TOPICS:
        return TOPICS[kind]
    return Topic.MODERATION if kind.startswith("boards.") else Topic.ESSENTIAL


def kinds_of(topic: Topic) -> list[str]:
    """Return the kinds of notices of a topic that can be chosen."""
    return [kind for kind, each in TOPICS.items() if each == topic]


def last_hour(how: How, hours: DigestHours, now: datetime) -> datetime:
    """Return the last hour at which a digest was to leave on its reader's clock, up to now.

    An hour that a clock leaves out in spring comes when that clock has moved on; one it shows
    twice in autumn is the first of the two.
    """
    clock = ZoneInfo(hours.zone)
    day, step = now.astimezone(clock).date(), timedelta(days=1)
    if how == How.WEEKLY:
        day, step = day - timedelta(days=(day.weekday() - hours.weekday) % 7), timedelta(days=7)
    found = _moment(day, hours.hour, clock)
    return found if found <= now else _moment(day - step, hours.hour, clock)


def _moment(day: date, hour: int, clock: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), clock).astimezone(UTC)


def due_hour(how: How, hours: DigestHours, oldest_at: datetime, now: datetime) -> datetime | None:
    """Return the hour for which a digest is to leave now; None when it is not due.

    It is due when its last hour has come since the oldest notice in it, however long ago: after a
    night in which nobody worked one digest leaves, not one for each hour missed. No day has two
    daily digests and no week two weekly ones, also when their hour or the zone is changed.
    """
    hour = last_hour(how, hours, now)
    if oldest_at > hour:
        return None
    last = hours.last_weekly_at if how == How.WEEKLY else hours.last_daily_at
    if last is not None and _period(how, hour, hours.zone) <= _period(how, last, hours.zone):
        return None
    return hour


def _period(how: How, moment: datetime, zone: str) -> tuple[int, ...]:
    """Return the day, or the week, of a moment on the clock of a zone."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return tuple(day.isocalendar())[:2] if how == How.WEEKLY else (day.toordinal(),)


def by_group(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Return the items by the course or board they belong to, in the order they came.

    What belongs to none stands last.
    """
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    return sorted(groups.items(), key=lambda pair: pair[0] == "")


def plain(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as JSON holds them: moments in ISO form, texts with all their languages."""
    return {name: _plain(value) for name, value in context.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.to_json() if isinstance(value, TextInLanguages) else value


def revived(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as templates use them.

    A name that ends in `_at` holds a moment, if any, in UTC: mails tell that hour too. What was a
    text in languages is one again.
    """
    return {name: _revived(name, value) for name, value in context.items()}


def _revived(name: str, value: Any) -> Any:
    if name.endswith("_at") and value:
        return datetime.fromisoformat(value).astimezone(UTC)
    is_text = isinstance(value, dict) and value.keys() == _PARTS_OF_TEXT
    return TextInLanguages.from_json(value) if is_text else value
