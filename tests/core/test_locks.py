"""Rows are locked the same way wherever they were loaded from, on every database."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.app import create_app
from lms.core.db import db, lock
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import Enrolment
from tests.conftest import testing_settings
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run


@pytest.mark.postgres
def test_a_row_loaded_with_what_it_belongs_to_can_be_locked(tmp_path, postgres_with_tables):
    app = create_app(testing_settings(tmp_path, IEUM_DATABASE_URL=postgres_with_tables))
    with app.app_context():
        make_enrolment(make_run(), make_person())
        wanted = select(Enrolment).options(joinedload(Enrolment.run))
        enrolment = db.session.scalars(wanted).one()
        with unit_of_work():
            lock(enrolment).state = "started"
        assert db.session.scalars(wanted).one().state == "started"
        db.session.remove()
        db.engine.dispose()
