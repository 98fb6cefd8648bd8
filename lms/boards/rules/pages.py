"""Pages of boards and threads: what a list is cut down to, where a page begins, what is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from lms.boards.models import BoardKind, TagKind

ON_A_PAGE = 25  # threads
POSTS_ON_A_PAGE = 20  # with a form to answer below them, a page still weighs what it may
LARGEST_NUMBER = 2**31 - 1

# What nobody has opened for a month is no news: who comes new to a board has not missed it.
NEW_FOR = timedelta(days=30)

LONGEST_TAG = 40

# What lists of threads can be cut down to, by its name in the address.
TAG_KINDS = {"sdg": TagKind.SDG, "field": TagKind.FIELD, "city": TagKind.CITY}


class Filter(StrEnum):
    """Which threads of a board are listed."""

    ALL = "all"
    QUESTIONS = "questions"
    UNANSWERED = "unanswered"
    CASES = "cases"
    EXPIRED = "expired"


def filters_of(kind: BoardKind) -> tuple[Filter, ...]:
    """Return the lists a board offers, the usual one first."""
    if kind == BoardKind.NOTICES:
        return (Filter.ALL, Filter.EXPIRED)
    return (Filter.ALL, Filter.QUESTIONS, Filter.UNANSWERED, Filter.CASES)


def filter_named(name: str, kind: BoardKind) -> Filter:
    """Return the list an address names; the usual one for what the board does not offer."""
    return next((each for each in filters_of(kind) if each == name), Filter.ALL)


class OwnList(StrEnum):
    """What somebody finds of their own on the boards."""

    THREADS = "threads"
    FOLLOWED = "followed"
    BOOKMARKS = "bookmarks"
    DRAFTS = "drafts"


class Tag(NamedTuple):
    """Something threads are about."""

    kind: TagKind
    value: str


def tag_named(said: Iterable[tuple[TagKind, str]]) -> Tag | None:
    """Return the first tag an address names, None when it names nothing a tag could be."""
    for kind, value in said:
        is_plain = value.replace("-", "").replace(".", "").isalnum() and value.isascii()
        if is_plain and len(value) <= LONGEST_TAG:
            return Tag(kind, value)
    return None


def page_of(number: int) -> int:
    """Return the number the page of a post begins with: 1, 21, 41 and so on."""
    return max(0, min(number, LARGEST_NUMBER) - 1) // POSTS_ON_A_PAGE * POSTS_ON_A_PAGE + 1


@dataclass(frozen=True)
class PostPages:
    """Which posts of a thread stand on a page, and where its neighbours begin."""

    first: int
    count: int  # the highest number given out

    @classmethod
    def around(cls, number: int, count: int) -> "PostPages":
        """Return the page with a post; the last one for what is past the end."""
        return cls(page_of(min(max(1, number), max(1, count))), max(1, count))

    @property
    def last(self) -> int:
        """Return the highest number that has its place on the page."""
        return self.first + POSTS_ON_A_PAGE - 1

    @property
    def previous(self) -> int | None:
        """Return where the page before begins."""
        return self.first - POSTS_ON_A_PAGE if self.first > 1 else None

    @property
    def following(self) -> int | None:
        """Return where the next page begins."""
        return self.last + 1 if self.last < self.count else None

    @property
    def final(self) -> int:
        """Return where the last page begins."""
        return page_of(self.count)

    @property
    def is_only(self) -> bool:
        """Tell whether all posts of the thread are on one page."""
        return self.final == 1
