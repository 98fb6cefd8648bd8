"""For whom a slot is looked for."""

from sqlalchemy import select

from lms.core.db import db
from lms.enrolment.models import Enrolment
from lms.enrolment.rules import ACTIVE_STATES
from lms.organisations.models import Affiliation


def cities_of_run(run_id: int) -> list[int]:
    """Return the ids of the cities the people of a run come from."""
    return list(
        db.session.scalars(
            select(Affiliation.city_id)
            .distinct()
            .join(Enrolment, Enrolment.person_id == Affiliation.person_id)
            .where(Enrolment.run_id == run_id, Enrolment.state.in_(ACTIVE_STATES))
            .where(Affiliation.city_id.is_not(None))
        )
    )
