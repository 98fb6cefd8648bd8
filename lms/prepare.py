"""Bring the data of this site up to date before it starts: tables, starting data, demonstration."""

import logging
import os
import secrets
from datetime import datetime
from pathlib import Path

from flask import Flask, url_for
from sqlalchemy import select

from lms.core import clock, migrations
from lms.core.db import Base, db
from lms.core.unit_of_work import unit_of_work
from lms.courses import catalogue_file, catalogue_reading
from lms.courses.models import Course
from lms.courses.services.catalogue import import_catalogue
from lms.demo.loader import demo_accounts, load_demo
from lms.organisations import city_file, foundation_file
from lms.organisations.cli import STARTING_DATA
from lms.organisations.models import City, FoundationProfile
from lms.organisations.services import import_cities, import_foundation

PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of the file


def prepare(app: Flask, demo_password: str = "") -> str:
    """Run what is missing and return what to tell the person who started the site.

    Doing it again changes nothing: starting data comes only where there is none, because staff
    own it from then on.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # which dialect it found is no news
    migrations.upgrade(db.engine)
    now = clock.now()
    _load_starting_data(now)
    if not app.config["DEMO"]:
        return ""
    password = _keep_password(app.config["INSTANCE"] / PASSWORD_FILE, demo_password)
    load_demo(password, now)
    return _what_to_try(app, password)


def _load_starting_data(now: datetime) -> None:
    with unit_of_work():
        if _is_empty(City):
            import_cities(city_file.read((STARTING_DATA / "cities.json").read_bytes()), now=now)
        if _is_empty(FoundationProfile):
            profiles = (STARTING_DATA / "foundation.json").read_bytes()
            import_foundation(foundation_file.read(profiles), now=now)
        if _is_empty(Course):
            courses = catalogue_file.STARTING_DATA.read_bytes()
            import_catalogue(catalogue_reading.read(courses), now=now)


def _is_empty(model: type[Base]) -> bool:
    return db.session.execute(select(model).limit(1)).first() is None


def _keep_password(path: Path, wanted: str) -> str:
    """Return the wanted password, else the one of the last start, else a new one; and keep it."""
    if not wanted and path.exists():
        return path.read_text().strip()
    password = wanted or secrets.token_urlsafe(9)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(password + "\n")
    return password


def _what_to_try(app: Flask, password: str) -> str:
    with app.test_request_context(base_url=app.config["BASE_URL"]):
        page = {
            endpoint: url_for(endpoint, language="en", _external=True)
            for endpoint in (
                "accounts.sign_in",
                "progress.show_my_learning",
                "certificates.find_certificate",
                "enrolment_manage.list_runs",
                "seminars.list_seminars",
            )
        }
    accounts = "\n".join(f"  {role:<28}{email}" for role, email in demo_accounts())
    return f"""\
Accounts to try it with, all with the password {password}

{accounts}

What to try first
  1. Sign in as the trainee:             {page["accounts.sign_in"]}
     and watch on where you stopped:     {page["progress.show_my_learning"]}
     There a session is live for two hours after the first start: join it.
  2. Sign in as the graduate, open a certificate, and check its number
     as anybody may:                     {page["certificates.find_certificate"]}
  3. Sign in as staff and open a run:    {page["enrolment_manage.list_runs"]}
     The run of DEM-201 has sessions, and their attendance.
  4. Register as a guest, signed out:    {page["seminars.list_seminars"]}
The same pages are there in Korean (/ko/) and Chinese (/zh/). Mails stay in instance/mail.

"""
