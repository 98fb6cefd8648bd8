"""What is made ready at each start, and what is left alone because people own it by then."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, select

from lms.app import create_app
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import Course
from lms.demo.loader import demo_accounts
from lms.organisations.models import City
from lms.prepare import prepare
from tests.conftest import testing_settings


@pytest.fixture
def new_site(tmp_path: Path) -> Flask:
    """An application on a database that has no tables yet."""
    return create_app(testing_settings(tmp_path / "instance"))


def test_the_first_start_brings_tables_and_starting_data_and_the_next_leaves_them_alone(
    new_site: Flask, tmp_path: Path
):
    with new_site.app_context():
        assert prepare(new_site) == ""
        assert inspect(create_engine(db.engine.url)).has_table("courses")
        city = db.session.scalars(select(City).order_by(City.id)).first()
        assert city is not None
        assert db.session.scalars(select(Course)).first()
        with unit_of_work():
            city.time_zone = "Asia/Almaty"

        prepare(new_site)

        assert city.time_zone == "Asia/Almaty"
    assert not (tmp_path / "instance" / "demo-password").exists()


def test_the_password_of_the_demonstration_stays_the_same_and_nobody_else_can_read_it(
    new_site: Flask, tmp_path: Path
):
    new_site.config["DEMO"] = True
    file = tmp_path / "instance" / "demo-password"
    with new_site.app_context():
        first = prepare(new_site)
        password = file.read_text().strip()
        assert password in first
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert not [email for _, email in demo_accounts() if email not in first]

        assert prepare(new_site) == first
        assert "of my own" in prepare(new_site, demo_password="of my own")
        assert "of my own" in prepare(new_site)
