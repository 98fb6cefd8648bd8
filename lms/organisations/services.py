"""Writes on cities, the foundation's profiles, affiliations and focal points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.services import change_person
from lms.core.audit import record_change
from lms.core.db import db
from lms.core.text import TextInLanguages
from lms.organisations.city_file import CityEntry
from lms.organisations.foundation_file import SOURCE, ProfileEntry
from lms.organisations.models import Affiliation, City, FocalPoint, FoundationProfile


@dataclass
class ImportReport:
    """How many rows an import made, changed, and found as they should be."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class OwnProfile:
    """What people say of themselves: kept in two packages, edited on one page."""

    full_name: str
    name_in_own_script: str
    preferred_language: str
    time_zone: str
    city: City | None
    organisation: str
    position: str
    birth_year: int | None


# --- files -----------------------------------------------------------------------------


def import_cities(entries: Sequence[CityEntry], *, now: datetime) -> ImportReport:
    """Make and change cities as the entries say; doing it again changes nothing.

    Cities that are not among them stay: people and courses refer to them.
    """
    report = ImportReport()
    present = {city.slug: city for city in db.session.scalars(select(City))}
    for entry in entries:
        city = present.get(entry.slug) or City(slug=entry.slug)
        old = str(city.relation or "")
        values = {
            "name": TextInLanguages("en", entry.name),
            "region": entry.region,
            "time_zone": entry.time_zone,
            "main_language": entry.main_language,
            "training_languages": entry.training_languages,
            "relation": entry.relation,
            "relation_since": entry.relation_since,
            "oda": entry.oda,
            "evidence": entry.evidence,
        }
        if _write(city, values, report):
            record_change("city", city.id, old=old, new=entry.relation, actor_id=None, now=now)
    return report


def import_foundation(entries: Sequence[ProfileEntry], *, now: datetime) -> ImportReport:
    """Make and change the foundation's profiles, each by the day it begins to count.

    Certificates carry the names of their own day, so those issued already do not change.
    """
    report = ImportReport()
    present = {row.valid_from: row for row in db.session.scalars(select(FoundationProfile))}
    for entry in entries:
        profile = present.get(entry.valid_from) or FoundationProfile(valid_from=entry.valid_from)
        old = profile.code or ""
        values = {
            "code": entry.code,
            "name": TextInLanguages(SOURCE, entry.name),
            "signatory_name": TextInLanguages(SOURCE, entry.signatory_name),
            "signatory_title": TextInLanguages(SOURCE, entry.signatory_title),
        }
        if _write(profile, values, report):
            record_change("foundation", profile.id, old=old, new=entry.code, actor_id=None, now=now)
    return report


def _write(row: Any, values: Mapping[str, Any], report: ImportReport) -> bool:
    """Write what differs and count the row; tell whether anything did."""
    if all(getattr(row, name) == value for name, value in values.items()):
        report.unchanged += 1
        return False
    is_new = row.id is None
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    report.new += is_new
    report.changed += not is_new
    return True


# --- people ----------------------------------------------------------------------------


def save_profile(person: Person, entered: OwnProfile, *, actor_id: int, now: datetime) -> None:
    """Write a person's own details and where they work."""
    change_person(
        person,
        full_name=entered.full_name,
        name_in_own_script=entered.name_in_own_script,
        preferred_language=entered.preferred_language,
        time_zone=entered.time_zone,
        birth_year=entered.birth_year,
        actor_id=actor_id,
        now=now,
    )
    affiliation = db.session.get(Affiliation, person.id)
    if affiliation is None:
        affiliation = Affiliation(person_id=person.id)
        db.session.add(affiliation)
    values = {
        "city_id": entered.city.id if entered.city else None,
        "organisation": entered.organisation,
        "position": entered.position,
    }
    changed = [name for name, value in values.items() if getattr(affiliation, name) != value]
    for name in changed:
        setattr(affiliation, name, values[name])
    if changed:
        record_change(
            "affiliation",
            person.id,
            old="",
            new="changed",
            actor_id=actor_id,
            reason=", ".join(changed),
            now=now,
        )


def name_focal_point(
    person: Person, city: City, *, valid_from: date, actor_id: int | None, now: datetime
) -> FocalPoint:
    """Let a person speak for a city from a day on; harmless when they do already."""
    present = db.session.scalar(
        select(FocalPoint).where(
            FocalPoint.person_id == person.id,
            FocalPoint.city_id == city.id,
            FocalPoint.valid_to.is_(None),
        )
    )
    if present is not None:
        return present
    focal_point = FocalPoint(person_id=person.id, city_id=city.id, valid_from=valid_from)
    db.session.add(focal_point)
    db.session.flush()
    record_change("focal_point", focal_point.id, old="", new="named", actor_id=actor_id, now=now)
    return focal_point


def end_focal_point(
    focal_point: FocalPoint, *, valid_to: date, actor_id: int | None, now: datetime
) -> None:
    """Let the right to speak for a city end after a day."""
    if focal_point.valid_to is None:
        record_change(
            "focal_point", focal_point.id, old="named", new="ended", actor_id=actor_id, now=now
        )
    focal_point.valid_to = valid_to
