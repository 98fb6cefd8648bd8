"""The counts of a run's table are the same whole numbers on every database."""

import pytest

from lms.core.db import db
from lms.progress.queries.roster import ORDERS, Wanted, roster
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


ALL = {"cebu": 1, "hue": 3, "none": 1}
STARTED = {"cebu": 0, "hue": 3, "none": 1}


@pytest.mark.parametrize(
    "city, state, states, cities",
    [
        ("", "", {"enrolled": 1, "started": 4}, ALL),
        ("", "started", {"enrolled": 1, "started": 4}, STARTED),
        ("hue", "", {"started": 3}, ALL),
        ("none", "", {"started": 1}, ALL),
        ("cebu", "started", {"enrolled": 1}, STARTED),
    ],
)
def test_counts_and_rows_agree(run_id, city, state, states, cities):
    for sort in ORDERS:
        table = roster(run_id, 80, Wanted(city, state, sort))
        total = states.get(state, 0) if state else sum(states.values())
        assert (len(table.rows), table.total, table.states) == (total, total, states)
        assert {found.slug: found.count for found in table.cities} == cities
        assert {type(found.count) for found in table.cities} | {type(table.total)} == {int}
        assert len(roster(run_id, 80, Wanted(city, state, sort), limit=2).rows) == min(2, total)
