"""What has changed between two versions of a text, in pieces."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

# Comparing takes time with the product of both lengths: longer texts are compared by lines, and
# what has more lines than this is shown as it is.
MOST_WORDS = 800
MOST_LINES = 800

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    ADDED = "added"


class Piece(NamedTuple):
    """Some of the text, and what has become of it."""

    change: Change
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Return a text with what has gone from it and what was added, in order.

    Word by word; of long texts line by line; of very long ones nothing is compared.
    """
    for cut, most in ((_words, MOST_WORDS), (_lines, MOST_LINES)):
        before, after = cut(old), cut(new)
        if max(len(before), len(after)) <= most:
            return list(_compared(before, after))
    return [Piece(Change.GONE, old), Piece(Change.ADDED, new)]


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for act, a, b, c, d in SequenceMatcher(a=before, b=after).get_opcodes():
        if act == "equal":
            yield Piece(Change.SAME, "".join(before[a:b]))
            continue
        if b > a:
            yield Piece(Change.GONE, "".join(before[a:b]))
        if d > c:
            yield Piece(Change.ADDED, "".join(after[c:d]))
