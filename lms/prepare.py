"""Bring the data of this site up to date before it starts: tables, first catalogue, demo."""

import logging

from flask import Flask

from lms.core import migrations
from lms.core.db import db


def prepare(app: Flask) -> str:
    """Run what is missing and return what to tell the person who started the site.

    Doing it again changes nothing.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # which dialect it found is no news
    migrations.upgrade(db.engine)
    return ""
