"""The file cities are kept in: what it holds, how it is read, its one canonical form.

A list of objects: slug · en, ko, zh (names) · iso (country or region, ISO 3166-1) · tz (IANA zone)
· lang (main language, BCP 47) · fallback (languages for training after it, as in "fr>en") ·
relation (sister, friendship, partner) · since (day, month or year the tie began, "-" if none) ·
oda (yes, no, listed, check) · evidence (where this is known from). Fields that begin with `utc_`
are passed over: offsets follow from the zone.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale

from lms.core.fault_finding import LANGUAGE, FaultFinder, FaultyFile, document_of
from lms.i18n.times import is_zone
from lms.organisations.models import Relation

NAMES = ("en", "ko", "zh")
FIELDS = ("slug", *NAMES, "iso", "tz", "lang", "fallback", "relation", "since", "evidence", "oda")
PASSED_OVER = ("utc_jan", "utc_jul")

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 40
LONGEST_NAME = 100
LONGEST_ZONE = 60
LONGEST_EVIDENCE = 60
MOST_CITIES = 1000

NO_DAY = "-"
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class CityEntry:
    """A city of the file."""

    slug: str
    name: dict[str, str]
    region: str
    time_zone: str
    main_language: str
    training_languages: list[str]
    relation: str
    relation_since: str
    oda: str
    evidence: str


def read(raw: bytes) -> list[CityEntry]:
    """Return the cities of a file; raises FaultyFile with everything that is wrong with it."""
    return _Reader().cities(document_of(raw))


class _Reader(FaultFinder):
    def cities(self, document: Any) -> list[CityEntry]:
        entries = self.list_of("cities", document, self.city, least=1, most=MOST_CITIES)
        first: dict[str, int] = {}
        for index, entry in enumerate(entries):
            if entry.slug and entry.slug in first:
                self.fault(f"cities[{index}].slug", f"stands at cities[{first[entry.slug]}] too")
            first.setdefault(entry.slug, index)
        if self.faults:
            raise FaultyFile(self.faults)
        return entries

    def city(self, place: str, value: Any) -> CityEntry:
        get = self.object(place, value, needed=FIELDS, optional=PASSED_OVER).get
        main = self.language(f"{place}.lang", get("lang"))
        return CityEntry(
            slug=self.slug(f"{place}.slug", get("slug")),
            name={tag: self.text(f"{place}.{tag}", get(tag), LONGEST_NAME) for tag in NAMES},
            region=self.region(f"{place}.iso", get("iso")),
            time_zone=self.zone(f"{place}.tz", get("tz")),
            main_language=main,
            training_languages=self.training(f"{place}.fallback", main, get("fallback")),
            relation=self.one_of(f"{place}.relation", get("relation"), [str(r) for r in Relation]),
            relation_since=self.since(place, get("since"), get("relation")),
            oda=self.one_of(f"{place}.oda", get("oda"), ["yes", "no", "listed", "check"]),
            evidence=self.text(f"{place}.evidence", get("evidence"), LONGEST_EVIDENCE),
        )

    def slug(self, place: str, value: Any) -> str:
        text = self.text(place, value, LONGEST_SLUG)
        if text and not SLUG.fullmatch(text):
            self.fault(place, "must be a short name of a-z, 0-9 and hyphens, like hcmc")
        return text

    def region(self, place: str, value: Any) -> str:
        text = self.text(place, value, 2)
        if text and (text not in Locale("en").territories or not text.isalpha()):
            self.fault(place, "must be the code of a country or region (ISO 3166-1), like MN")
        return text

    def zone(self, place: str, value: Any) -> str:
        text = self.text(place, value, LONGEST_ZONE)
        if text and not is_zone(text):
            self.fault(place, "must be a time zone of the tz database, like Asia/Ulaanbaatar")
        return text

    def language(self, place: str, value: Any) -> str:
        text = self.text(place, value, 20)
        if text and not LANGUAGE.fullmatch(text):
            self.fault(place, "must be a language tag, like mn-MN or zh-Hant-TW")
        return text

    def training(self, place: str, main: str, value: Any) -> list[str]:
        text = self.text(place, value, 60)
        languages = text.split(">") if text else []
        if not all(map(LANGUAGE.fullmatch, languages)):
            self.fault(place, 'must be language tags in their order, like en or "fr>en"')
        return list(dict.fromkeys([language_of_content(main), *languages]))

    def since(self, place: str, value: Any, relation: Any) -> str:
        text = self.text(f"{place}.since", value, 10)
        if text == NO_DAY:
            if relation in {Relation.SISTER, Relation.FRIENDSHIP}:
                self.fault(f"{place}.since", "is missing: such a tie began on some day")
            return ""
        if text and not is_day(text):
            self.fault(f"{place}.since", "must be a day, month or year, like 2016-08-03")
        return text


def is_day(text: str) -> bool:
    """Tell whether a text is a year, a month or a day of the calendar (2024, 2024-05)."""
    match = _DAY.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day).year > 1900
    except ValueError:
        return False


def language_of_content(main: str) -> str:
    """Return the language content is written in for a city's main language: mn for mn-MN."""
    parts = [part for part in main.split("-") if not part.isupper()]
    return "zh" if parts == ["zh", "Hans"] else "-".join(parts)


def to_bytes(entries: Sequence[CityEntry]) -> bytes:
    """Return the canonical form: the same cities always give the same bytes."""
    document = [
        {
            "slug": entry.slug,
            **{tag: entry.name[tag] for tag in NAMES},
            "iso": entry.region,
            "tz": entry.time_zone,
            "lang": entry.main_language,
            "fallback": ">".join(entry.training_languages[1:] or entry.training_languages),
            "relation": entry.relation,
            "since": entry.relation_since or NO_DAY,
            "evidence": entry.evidence,
            "oda": entry.oda,
        }
        for entry in entries
    ]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
