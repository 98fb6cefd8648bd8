"""The counts of a run's table are the same whole numbers on every database."""

import pytest

from lms.core.db import db
from lms.progress.queries.roster import Wanted, roster
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city


@pytest.fixture
def run_id(app_of_its_own):
    """A run of five: three started in Hue, one enrolled in Cebu, one started without a city."""
    with app_of_its_own.app_context():
        run = make_run()
        hue, cebu = make_city(slug="hue"), make_city(slug="cebu")
        for city, state in ((hue, "started"),) * 3 + ((cebu, "enrolled"), (None, "started")):
            person = make_person()
            make_enrolment(run, person, state=state)
            if city is not None:
                make_affiliation(person, city)
        yield run.id
        db.session.remove()


@pytest.mark.parametrize(
    "wanted, total, states, cities",
    [
        (Wanted(), 5, {"enrolled": 1, "started": 4}, {"cebu": 1, "hue": 3, "none": 1}),
        (Wanted(state="started"), 4, {"enrolled": 1, "started": 4}, {"cebu": 0, "hue": 3, "none": 1}),
        (Wanted(city="hue"), 3, {"started": 3}, {"cebu": 1, "hue": 3, "none": 1}),
        (Wanted(city="none"), 1, {"started": 1}, {"cebu": 1, "hue": 3, "none": 1}),
        (Wanted(city="cebu", state="started"), 0, {"enrolled": 1}, {"cebu": 0, "hue": 3, "none": 1}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["name", "city", "hours", "activity"])
def test_counts_and_rows_agree(run_id, wanted, total, states, cities, sort):
    table = roster(run_id, 80, Wanted(wanted.city, wanted.state, sort))
    assert (table.total, table.states) == (total, states)
    assert {city.slug: city.count for city in table.cities} == cities
    assert len(table.rows) == total
    assert {type(city.count) for city in table.cities} | {type(table.total)} == {int}
    assert len(roster(run_id, 80, wanted, limit=2).rows) == min(2, total)
