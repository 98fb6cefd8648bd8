"""How the words of a post become part of a session's text. Pure: words in, words out."""

import re
from collections.abc import Collection

from lms.boards.models import CASE_PARTS
from lms.lessons.models import LessonKind

# A post's files and the people it speaks to are of the board: here only their words stay.
_OF_BOARD = re.compile(r"!?\[([^\[\]]{0,500})\]\((?:file|person):[0-9]{1,9}[^()\n]{0,500}\)")
_DEFINITION = re.compile(
    r"^ {0,3}\[[^\[\]]{1,200}\]:[ \t]*<?(?:file|person):.*$", re.MULTILINE | re.IGNORECASE
)
_MARKS = re.compile(r"[\\`*_\[\]<>&#|~!]")


def languages_for(
    post: Collection[str], lesson: Collection[str], kind: LessonKind
) -> tuple[str, ...]:
    """Return the languages of a post in which a session takes its words.

    Those its text is in; all of them for a reading that has no text yet. A text is not begun in
    one more language by a post alone: its readers would no longer be shown the rest of it.
    """
    if not lesson:
        return tuple(post) if kind == LessonKind.READING else ()
    return tuple(language for language in post if language in lesson)


def said_in(body: str, parts: dict[str, str] | None) -> str:
    """Return all words of a post in one language; a case's in the order of its parts."""
    said = [(parts or {}).get(name, "") for name in CASE_PARTS]
    return "\n\n".join(part for part in [*said, body] if part)


def quoted(words: str) -> str:
    """Return words of a post as a quotation: whatever they leave open ends with it."""
    plain = _DEFINITION.sub("", _OF_BOARD.sub(r"\1", words))
    return "\n".join(f"> {line}".rstrip() for line in plain.split("\n"))


def escaped(words: str) -> str:
    """Return a name or title as Markdown that says just that."""
    return _MARKS.sub(r"\\\g<0>", " ".join(words.split()))
