"""The staff's table of a run: everybody in it, how far they are, and how many in each state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, func, or_, select

from lms.accounts.models import Person
from lms.core.db import execute
from lms.core.text import TextInLanguages
from lms.enrolment.models import Enrolment, EnrolmentState
from lms.organisations.models import Affiliation, City
from lms.progress import rules
from lms.progress.models import EnrolmentProgress

ORDER_OF_STATES = (
    EnrolmentState.ENROLLED,
    EnrolmentState.STARTED,
    EnrolmentState.COMPLETED,
    EnrolmentState.PARTICIPATED,
    EnrolmentState.NOT_COMPLETED,
    EnrolmentState.DROPPED_OUT,
    EnrolmentState.WITHDRAWN,
)
NO_CITY = "none"
EVERYBODY = 2**31 - 1


@dataclass(frozen=True)
class Wanted:
    """Which part of a run is looked at, and in which order; it stands in the address."""

    city: str = ""
    state: str = ""
    sort: str = "name"

    @classmethod
    def read(cls, given: Any) -> "Wanted":
        """Return what an address asks for; anything it does not know is left out."""
        state, sort = given.get("state", ""), given.get("sort", "")
        return cls(
            city=given.get("city", "")[:40],
            state=state if state in ORDER_OF_STATES else "",
            sort=sort if sort in ORDERS else "name",
        )

    def address(self, **changes: str) -> dict[str, str]:
        """Return the arguments of an address that shows this, with some of it changed."""
        wanted = replace(self, **changes)
        given = {"city": wanted.city, "state": wanted.state}
        if wanted.sort != "name":
            given["sort"] = wanted.sort
        return {name: value for name, value in given.items() if value}

    @property
    def in_words(self) -> str:
        """Return the filter for the access log."""
        return " ".join(f"{name}={value}" for name, value in self.address().items())


ORDERS: dict[str, Sequence[Any]] = {
    "name": (func.lower(Person.full_name),),
    "city": (func.coalesce(City.slug, "~"), func.lower(Person.full_name)),
    "hours": (EnrolmentProgress.earned_minutes.desc().nulls_last(),),
    "activity": (EnrolmentProgress.last_activity_at.desc().nulls_last(),),
}


class RosterRow(NamedTuple):
    """One person in a run."""

    enrolment_id: int
    full_name: str
    state: EnrolmentState
    city_id: int | None
    lessons_done: int
    lessons_total: int
    figures: rules.Figures
    last_activity_at: datetime | None


@dataclass(frozen=True)
class CityCount:
    """A city that has people in the run."""

    slug: str
    name: TextInLanguages | None
    count: int


@dataclass(frozen=True)
class Roster:
    """Part of a run's people, with counts that are links to the lists that make them up."""

    rows: list[RosterRow]
    total: int
    states: dict[str, int]
    cities: list[CityCount]
    city_names: Mapping[int | None, TextInLanguages | None]


_GROUPS = (
    select(Enrolment.state, Affiliation.city_id, func.count())
    .outerjoin(Affiliation, Affiliation.person_id == Enrolment.person_id)
    .where(Enrolment.run_id == bindparam("run_id"))
    .group_by(Enrolment.state, Affiliation.city_id)
)
_ANY_STATE = bindparam("state", type_=String) == ""
_ANY_CITY = bindparam("city", type_=String) == ""
_ROWS = (
    select(
        Enrolment.id,
        Person.full_name,
        Enrolment.state,
        Affiliation.city_id,
        func.coalesce(EnrolmentProgress.lessons_done, 0),
        func.coalesce(EnrolmentProgress.lessons_total, 0),
        func.coalesce(EnrolmentProgress.earned_minutes, 0),
        func.coalesce(EnrolmentProgress.required_minutes, 0),
        EnrolmentProgress.last_activity_at,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Affiliation, Affiliation.person_id == Enrolment.person_id)
    .outerjoin(City, City.id == Affiliation.city_id)
    .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
    .where(Enrolment.run_id == bindparam("run_id"))
    .where(or_(_ANY_STATE, Enrolment.state == bindparam("state")))
    .where(or_(_ANY_CITY, func.coalesce(City.slug, NO_CITY) == bindparam("city")))
    .offset(bindparam("offset"))
    .limit(bindparam("limit"))
)
_ROWS_IN_ORDER = {name: _ROWS.order_by(*order, Enrolment.id) for name, order in ORDERS.items()}
_CITIES = select(City.id, City.slug, City.name).where(City.id.in_(bindparam("ids", expanding=True)))


def roster(
    run_id: int,
    percent_required: int,
    wanted: Wanted,
    *,
    offset: int = 0,
    limit: int = EVERYBODY,
) -> Roster:
    """Return people of a run as wanted, in three statements whatever their number."""
    groups = execute(_GROUPS, {"run_id": run_id}).all()
    cities: dict[int | None, tuple[str, TextInLanguages | None]] = {
        city_id: (slug, name)
        for city_id, slug, name in execute(_CITIES, {"ids": {row[1] for row in groups}})
    }
    slugs: dict[int | None, str] = {city_id: slug for city_id, (slug, _name) in cities.items()}
    by_state: Counter[str] = Counter()
    by_city: Counter[int | None] = Counter()
    total = 0
    for state, city_id, count in groups:
        in_state = wanted.state in {"", state}
        in_city = wanted.city in {"", slugs.get(city_id, NO_CITY)}
        by_state[state] += count * in_city
        by_city[city_id] += count * in_state
        total += count * in_state * in_city
    part = {"state": wanted.state, "city": wanted.city, "offset": offset, "limit": limit}
    rows = execute(_ROWS_IN_ORDER[wanted.sort], {"run_id": run_id, **part})
    return Roster(
        rows=[_row(row, percent_required) for row in rows],
        total=total,
        states={state: by_state[state] for state in ORDER_OF_STATES if by_state[state]},
        cities=sorted(
            (
                CityCount(*cities.get(city_id, (NO_CITY, None)), count)
                for city_id, count in by_city.items()
            ),
            key=lambda city: (city.name is None, city.slug),
        ),
        city_names={city_id: name for city_id, (_slug, name) in cities.items()},
    )


def _row(row: Sequence[Any], percent_required: int) -> RosterRow:
    enrolment_id, name, state, city_id, done, total, earned, required, last_activity_at = row
    figures = rules.Figures(earned, required, percent_required)
    return RosterRow(enrolment_id, name, state, city_id, done, total, figures, last_activity_at)
