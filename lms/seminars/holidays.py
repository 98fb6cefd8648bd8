"""Public holidays of countries and regions, as the library `holidays` knows them.

Days that follow the moon and are not proclaimed yet carry "(estimated)" in their name.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.core.kept import Kept
from lms.core.text import TextInLanguages

ENGLISH = "en"
# The library's word for a language, where ours is not simply its first part.
OUR_TAGS = {"zh_TW": "zh-Hant", "zh_HK": "zh-Hant"}

# By region and year: what the library knows changes with its release only.
_kept: Kept["tuple[PublicHoliday, ...]"] = Kept(512)


@dataclass(frozen=True)
class PublicHoliday:
    """A day off by law, named in English, in the local language, and in Chinese where known."""

    on: date
    name: TextInLanguages


def public_holidays(region: str, year: int) -> tuple[PublicHoliday, ...]:
    """Return the public holidays of a region in a year, in order; none where none are known."""
    kept = _kept.get((region, year))
    return _kept.keep((region, year), _read(region, year)) if kept is None else kept


def knows_holidays(region: str, year: int) -> bool:
    """Tell whether the library has the holidays of a region in a year."""
    calendar = _calendar(region)
    return calendar is not None and bool(calendar.start_year <= year <= calendar.end_year)


def _calendar(region: str, **asked: Any) -> Any:
    """Return the library's calendar of a region, None where it has none."""
    from holidays import country_holidays  # heavy, and few processes ask

    try:
        return country_holidays(region, **asked)
    except NotImplementedError:
        return None


def _read(region: str, year: int) -> tuple[PublicHoliday, ...]:
    names: dict[date, dict[str, str]] = {}
    for tag, language in _languages(region).items():
        for day, name in _calendar(region, years=year, language=language).items():
            names.setdefault(day, {})[tag] = name
    return tuple(
        PublicHoliday(day, TextInLanguages(ENGLISH, texts)) for day, texts in sorted(names.items())
    )


def _languages(region: str) -> dict[str, str | None]:
    """Return the languages to ask the library for, by our tag; None is its only one, English."""
    calendar = _calendar(region)
    if calendar is None:
        return {}
    known = calendar.supported_languages
    languages: dict[str, str | None] = {ENGLISH: "en_US" if "en_US" in known else None}
    for language in (calendar.default_language, "zh_CN"):
        if language in known:
            languages.setdefault(OUR_TAGS.get(language, language.partition("_")[0]), language)
    return languages
