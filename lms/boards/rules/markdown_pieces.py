"""What of a Markdown text a translator is given, and what stays as it is: code, addresses, marks.

A text is cut into pieces. Put together again they are the text, character by character; in between
those of words may be exchanged for their translation, and the structure is what it was.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Piece(NamedTuple):
    """A part of a text; only words are translated."""

    text: str
    is_words: bool


_FENCE = re.compile(r" {0,3}(```+|~~~+)")
# What a line begins with: quotations, lists, headings, tasks.
_BEGINNING = re.compile(r"(?:[ \t]|>|[-*+](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t]))*")
_RULE_OR_TABLE = re.compile(r"[ \t|:=*_-]+$")
# Bounded, so that no text costs more than its length.
_KEPT = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)"  # an image: its words are said by whoever put it
    r"|\[@[^\]\n]{0,100}\]\(person:[0-9]{1,9}\)"
    r"|\]\([^)\n]{0,500}\)"  # where a link leads
    r"|\[(?=[^\]\n]{0,300}\]\()"
    r"|`[^`\n]{1,300}`"
    r"|<?\b(?:https?://|www\.)[^\s<>]{1,500}>?"
    r"|[^\s@<>()]{1,64}@[^\s@<>()]{1,100}"
    r"|\|"
)
_LETTER = re.compile(r"[^\W\d_]")


def pieces_of(text: str) -> list[Piece]:
    """Return a Markdown text in pieces."""
    return [piece for line in _lines(text) for piece in line]


def with_translations(pieces: list[Piece], translated: Mapping[str, str]) -> str:
    """Return the text with the words that are known in the other language."""
    return "".join(
        translated.get(piece.text, piece.text) if piece.is_words else piece.text for piece in pieces
    )


def words_among(pieces: list[Piece]) -> list[str]:
    """Return what is to be translated, each once, in the order of the text."""
    return list(dict.fromkeys(piece.text for piece in pieces if piece.is_words))


def _lines(text: str) -> Iterator[list[Piece]]:
    fence, is_blank_before = "", True
    for line in text.splitlines(keepends=True):
        marks = _FENCE.match(line)
        if fence or marks:
            yield [Piece(line, is_words=False)]
            fence = _fence_after(fence, marks[1] if marks else "")
        elif is_blank_before and line.startswith(("    ", "\t")):
            yield [Piece(line, is_words=False)]  # code by its indentation
        else:
            yield list(_in_line(line))
        is_blank_before = not line.strip() or (is_blank_before and line.startswith(("    ", "\t")))


def _fence_after(fence: str, marks: str) -> str:
    if not fence:
        return marks
    return "" if marks[:1] == fence[0] and len(marks) >= len(fence) else fence


def _in_line(line: str) -> Iterator[Piece]:
    beginning = _BEGINNING.match(line)
    start = beginning.end() if beginning else 0
    yield Piece(line[:start], is_words=False)
    rest = line[start:]
    if _RULE_OR_TABLE.fullmatch(rest.rstrip("\n")):
        yield Piece(rest, is_words=False)
        return
    at = 0
    for kept in _KEPT.finditer(rest):
        yield from _words(rest[at : kept.start()])
        yield Piece(kept[0], is_words=False)
        at = kept.end()
    yield from _words(rest[at:])


def _words(text: str) -> Iterator[Piece]:
    """Yield words without the space around them, which a translator would lose."""
    inner = text.strip()
    if not _LETTER.search(inner):
        yield Piece(text, is_words=False)
        return
    start = text.index(inner)
    yield Piece(text[:start], is_words=False)
    yield Piece(inner, is_words=True)
    yield Piece(text[start + len(inner) :], is_words=False)
