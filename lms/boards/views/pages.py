"""The blueprint of the pages of boards."""

from flask import Blueprint, request

from lms.boards.rules.pages import LARGEST_NUMBER
from lms.i18n.languages import localise

bp = localise(Blueprint("boards", __name__))

PAGE = "/<language:language>"


def number_named(name: str) -> int | None:
    """Return the number an address names so; None for what no row can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_NUMBER else None
