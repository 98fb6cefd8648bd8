"""What a message says as plain values, and as its templates use them; notices by day."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Protocol, TypedDict, TypeVar
from zoneinfo import ZoneInfo

from lms.core.text import TextInLanguages

_PARTS_OF_TEXT = {"source", "texts"}


class Attachment(TypedDict):
    """A text file that leaves with a mail."""

    name: str
    mimetype: str
    text: str


class Dated(Protocol):
    """Something of a moment."""

    @property
    def created_at(self) -> datetime: ...


Item = TypeVar("Item", bound=Dated)


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


def by_day(items: Iterable[Item], zone: str) -> list[tuple[date, list[Item]]]:
    """Return the items with their days on the calendar of a zone, in the order they came."""
    clock = ZoneInfo(zone)
    days = groupby(items, key=lambda item: item.created_at.astimezone(clock).date())
    return [(day, list(those)) for day, those in days]
