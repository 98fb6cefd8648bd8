"""Reads over the catalogue."""

from sqlalchemy import select

from lms.core.db import db
from lms.courses.models import CatalogueVersion


def catalogue_version() -> str:
    """Return the number that grows with every change a visitor can see, in one statement."""
    return str(db.session.scalar(select(CatalogueVersion.number)) or 0)
