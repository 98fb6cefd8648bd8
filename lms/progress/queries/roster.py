"""The staff's table of a run: everybody in it, how far they are, and how many in each state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, case, cast, func, or_, select

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


# Few rows come back from each: with many readers at once, fetching a row costs more than counting.
_OF_RUN = Enrolment.run_id == bindparam("run_id")
_IN_STATE = or_(
    bindparam("state", type_=String) == "", Enrolment.state == bindparam("state", type_=String)
)
_IN_CITY = func.coalesce(City.slug, NO_CITY) == bindparam("city", type_=String)
_GROUPS = (
    select(Affiliation.city_id, Enrolment.state, func.count().label("count"))
    .select_from(Enrolment)
    .outerjoin(Affiliation, Affiliation.person_id == Enrolment.person_id)
    .where(_OF_RUN)
    .group_by(Affiliation.city_id, Enrolment.state)
    .subquery()
)
_CITIES = (
    select(
        City.id,
        City.slug,
        City.name,
        *(
            # PostgreSQL's sum of counts is a decimal, which divides into pages otherwise.
            cast(func.sum(case((_GROUPS.c.state == state, _GROUPS.c.count), else_=0)), Integer)
            for state in ORDER_OF_STATES
        ),
    )
    .select_from(_GROUPS)
    .outerjoin(City, City.id == _GROUPS.c.city_id)
    .group_by(City.id)
    .order_by(City.slug.nulls_last())
)
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
    .where(_OF_RUN, _IN_STATE)
    .offset(bindparam("offset"))
    .limit(bindparam("limit"))
)


def _rows(order: Sequence[Any], *, in_city: bool) -> Any:
    statement = _ROWS.where(_IN_CITY) if in_city else _ROWS
    return statement.order_by(*order, Enrolment.id)


_PARTS = {
    (name, in_city): _rows(order, in_city=in_city)
    for name, order in ORDERS.items()
    for in_city in (False, True)
}


def roster(
    run_id: int,
    percent_required: int,
    wanted: Wanted,
    *,
    offset: int = 0,
    limit: int = EVERYBODY,
) -> Roster:
    """Return people of a run as wanted, in two statements whatever their number."""
    given = {"run_id": run_id, "state": wanted.state, "city": wanted.city}
    part = {**given, "offset": offset, "limit": limit}
    rows = execute(_PARTS[wanted.sort, bool(wanted.city)], part)
    cities = [
        (id_, slug or NO_CITY, name, counts) for id_, slug, name, *counts in execute(_CITIES, given)
    ]
    states = _sum([counts for _id, slug, _name, counts in cities if wanted.city in {"", slug}])
    at = ORDER_OF_STATES.index(EnrolmentState(wanted.state)) if wanted.state else None
    return Roster(
        rows=[_row(row, percent_required) for row in rows],
        total=states.get(wanted.state, 0) if wanted.state else sum(states.values()),
        states=states,
        cities=[
            CityCount(slug, name, sum(counts) if at is None else counts[at])
            for _id, slug, name, counts in cities
        ],
        city_names={id_: name for id_, _slug, name, _counts in cities},
    )


def _sum(cities: Sequence[Sequence[int]]) -> dict[str, int]:
    """Return how many are in each state that anybody is in."""
    totals = map(sum, zip(*cities, strict=True))
    return {state: count for state, count in zip(ORDER_OF_STATES, totals, strict=False) if count}


def _row(row: Sequence[Any], percent_required: int) -> RosterRow:
    enrolment_id, name, state, city_id, done, total, earned, required, last_activity_at = row
    figures = rules.Figures(earned, required, percent_required)
    return RosterRow(enrolment_id, name, state, city_id, done, total, figures, last_activity_at)
