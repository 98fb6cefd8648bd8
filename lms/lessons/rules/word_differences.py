"""How two texts differ, word by word: Chinese, Japanese and Korean by character."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Two passages with more parts than this are shown as one replaced by the other.
MOST_PARTS = 3000
# Of what stayed the same, this many parts are shown beside a change; the rest is folded away.
SHOWN_BESIDE = 24

_CHARACTER = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
_MARKS = r"!-/:-@\[-`{-~\u3001-\u303f\uff01-\uff0f\uff1a-\uff20"
_PART = re.compile(rf"\s+|[{_CHARACTER}]|[^\s{_CHARACTER}{_MARKS}]+|.", re.DOTALL)


class Fate(StrEnum):
    """What became of a piece of a text."""

    SAME = "same"
    FOLDED = "folded"  # the same, and far from any change
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A run of text with what became of it."""

    fate: Fate
    text: str


def word_differences(old: str, new: str) -> list[Piece]:
    """Return both texts as one, in pieces: what is not removed is the new text, in order.

    Lines are compared first and words within lines that differ, so that a long text costs little.
    """
    return list(_folded(_joined(_by_line(old, new))))


def _by_line(old: str, new: str) -> Iterator[Piece]:
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, i, j, k, m in SequenceMatcher(None, lines, others).get_opcodes():
        before, after = "".join(lines[i:j]), "".join(others[k:m])
        if tag == "equal":
            yield Piece(Fate.SAME, before)
        else:
            yield from _by_word(_PART.findall(before), _PART.findall(after))


def _by_word(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) + len(new) > MOST_PARTS:
        yield from _replaced(old, new)
        return
    removed: list[str] = []
    added: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        # A single part that stayed between two changes only tears the words around it apart.
        is_lone = tag == "equal" and j - i == 1 and i > 0 and j < len(old) and (removed or added)
        if tag == "equal" and not is_lone:
            yield from _replaced(removed, added)
            yield Piece(Fate.SAME, "".join(old[i:j]))
            removed, added = [], []
        else:
            removed += old[i:j]
            added += new[k:m]
    yield from _replaced(removed, added)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if old:
        yield Piece(Fate.REMOVED, "".join(old))
    if new:
        yield Piece(Fate.ADDED, "".join(new))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Return the pieces with neighbours of one fate made into one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].fate == piece.fate:
            joined[-1] = Piece(piece.fate, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _folded(pieces: Sequence[Piece]) -> Iterator[Piece]:
    last = len(pieces) - 1
    for at, piece in enumerate(pieces):
        if piece.fate == Fate.SAME:
            yield from _unchanged(piece.text, is_first=at == 0, is_last=at == last)
        else:
            yield piece


def _unchanged(text: str, *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    parts = _PART.findall(text)
    head = 0 if is_first else SHOWN_BESIDE
    tail = 0 if is_last else SHOWN_BESIDE
    if len(parts) <= head + tail + SHOWN_BESIDE:  # folding less would hide more than it saves
        yield Piece(Fate.SAME, text)
        return
    for fate, run in (
        (Fate.SAME, parts[:head]),
        (Fate.FOLDED, parts[head : len(parts) - tail]),
        (Fate.SAME, parts[len(parts) - tail :]),
    ):
        if run:
            yield Piece(fate, "".join(run))
