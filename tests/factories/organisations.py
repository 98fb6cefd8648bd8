from typing import Any

from lms.organisations.models import Affiliation, City
from tests.factories import next_number, save, words


def make_city(slug: str = "", **values: Any) -> City:
    slug = slug or f"city{next_number()}"
    defaults: dict[str, Any] = {
        "slug": slug,
        "name": words(slug.title()),
        "region": "MN",
        "time_zone": "Asia/Ulaanbaatar",
        "main_language": "mn-MN",
        "training_languages": ["mn", "en"],
        "relation": "friendship",
        "relation_since": "2016-08-03",
        "oda": "yes",
    }
    return save(City(**{**defaults, **values}))


def make_affiliation(person: Any, city: City | None, **values: Any) -> Affiliation:
    return save(Affiliation(person_id=person.id, city_id=city.id if city else None, **values))
