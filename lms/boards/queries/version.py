"""The version of what visitors see of boards, under which their pages are kept."""

from sqlalchemy import select

from lms.boards.models import BoardsVersion
from lms.core import clock
from lms.core.db import execute

_NUMBER = select(BoardsVersion.number)


def boards_version() -> str:
    """Return what changes with every change a visitor can see, in one statement.

    It changes with each minute too: notices expire, and boards of runs close, by the clock alone.
    """
    return f"{execute(_NUMBER).scalar()} {clock.now():%Y-%m-%d %H:%M}"
