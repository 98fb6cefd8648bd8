"""Reads over guests. There is none that lists them for anybody but staff."""

from sqlalchemy import select

from lms.core.db import db
from lms.seminars.models import Guest


def guest_of(sitting_id: int, email: str) -> Guest | None:
    """Return the guest of an address, one who cancelled too."""
    return db.session.scalar(
        select(Guest).where(Guest.sitting_id == sitting_id, Guest.email == email)
    )


def guest_by_id(guest_id: int) -> Guest | None:
    """Return a guest, one who cancelled too; None once they were forgotten."""
    return db.session.get(Guest, guest_id)
