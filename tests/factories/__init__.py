"""Rows for tests: plain functions, valid by default, committed."""

from itertools import count
from typing import Any

from lms.core.db import db
from lms.core.text import TextInLanguages

_numbers = count(1)


def next_number() -> int:
    """Return a number no other row of this run has."""
    return next(_numbers)


def save(row: Any) -> Any:
    """Add a row and commit it."""
    db.session.add(row)
    db.session.commit()
    return row


def words(en: str, **others: str) -> TextInLanguages:
    """Return a text in English, Korean and Chinese."""
    texts = {"ko": f"{en} (한)", "en": en, "zh": f"{en} (中)", **others}
    return TextInLanguages("en", texts)
