"""The version of what everybody sees of boards, under which it is kept in memory."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy import select

from lms.boards.models import BoardsVersion
from lms.core import clock
from lms.core.db import execute, writing
from lms.core.kept import Kept

Thing = TypeVar("Thing")

_NUMBER = select(BoardsVersion.number)


def boards_version() -> str:
    """Return what changes with every change a visitor can see, in one statement.

    It changes with each minute too: notices expire, and boards of runs close, by the clock alone.
    """
    return f"{number_of_version()} {clock.now():%Y-%m-%d %H:%M}"


def number_of_version() -> int:
    """Return the number that grows with every change to what everybody sees of boards."""
    return int(execute(_NUMBER).scalar_one())


def read_once(
    memory: Kept[Thing], version: int, asked: Hashable, read: Callable[[], Thing]
) -> Thing:
    """Return what `read` gives, kept in a memory for all who ask the same of this version.

    Only of tables the version watches, and read after it. Amid a unit of work nothing is kept:
    what that has written is nobody else's yet.
    """
    if writing.get() is not None:
        return read()
    key = (version, asked)
    found = memory.get(key)
    return memory.keep(key, read()) if found is None else found
