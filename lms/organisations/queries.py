"""Reads over cities, affiliations and the right to speak for a city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from lms.core.audit import StatusEvent
from lms.core.db import db, execute
from lms.core.text import TextInLanguages
from lms.organisations.city_file import CityEntry
from lms.organisations.models import Affiliation, City, FocalPoint


@dataclass(frozen=True)
class CityRow:
    """A city as lists show it."""

    id: int
    name: TextInLanguages
    region: str
    time_zone: str
    relation: str
    relation_since: str


_CITIES = select(
    City.id, City.name, City.region, City.time_zone, City.relation, City.relation_since
).order_by(City.relation_since, City.id)


def cities() -> list[CityRow]:
    """Return every city, the oldest tie of each kind first."""
    return [CityRow(*row) for row in execute(_CITIES)]


def cities_version() -> str:
    """Return what changes whenever a city does: their number, and the last change noted."""
    last = select(func.max(StatusEvent.id)).where(StatusEvent.entity == "city").scalar_subquery()
    count, change = db.session.execute(select(func.count(City.id), last)).one()
    return f"{count}-{change or 0}"


def city_by_id(city_id: int) -> City | None:
    """Return one city."""
    return db.session.get(City, city_id)


def cities_as_entries() -> list[CityEntry]:
    """Return the cities in the form their file has, in the order they came."""
    return [
        CityEntry(
            slug=city.slug,
            name=dict(city.name.texts),
            region=city.region,
            time_zone=city.time_zone,
            main_language=city.main_language,
            training_languages=city.training_languages,
            relation=str(city.relation),
            relation_since=city.relation_since,
            oda=city.oda,
            evidence=city.evidence,
        )
        for city in db.session.scalars(select(City).order_by(City.id))
    ]


def affiliation_of(person_id: int) -> Affiliation | None:
    """Return where a person works, with the city."""
    return db.session.scalar(
        select(Affiliation)
        .options(joinedload(Affiliation.city))
        .where(Affiliation.person_id == person_id)
    )


_TRAINING_LANGUAGES = (
    select(City.training_languages)
    .join(Affiliation, Affiliation.city_id == City.id)
    .where(Affiliation.person_id == bindparam("person_id"))
)


def training_languages_of(person_id: int) -> Sequence[str] | None:
    """Return the training languages of a person's city; None without a city."""
    languages: Sequence[str] | None = execute(
        _TRAINING_LANGUAGES, {"person_id": person_id}
    ).scalar()
    return languages


def cities_spoken_for(person_id: int, *, on: date) -> list[int]:
    """Return the ids of the cities a person is the focal point of on a day."""
    return list(
        db.session.scalars(
            select(FocalPoint.city_id)
            .where(FocalPoint.person_id == person_id, FocalPoint.valid_from <= on)
            .where(or_(FocalPoint.valid_to.is_(None), FocalPoint.valid_to >= on))
            .order_by(FocalPoint.city_id)
        )
    )
