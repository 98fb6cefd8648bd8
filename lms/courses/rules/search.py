"""By which words a course is found, and how much each weighs (docs/decisions/0003)."""

from collections.abc import Iterable, Mapping

from lms.core.text import TextInLanguages, search_tokens

TITLE = 8
PARTS = 3  # the titles of its curriculum and modules
REST = 1  # objectives, code

LONGEST_TERM = 100
MOST_WORDS = 12

_FIRST_PAIRED = 0x0E00  # Thai, the first of the scripts that `search_tokens` cuts into pairs


def terms_of_course(
    *,
    title: TextInLanguages,
    parts: Iterable[TextInLanguages],
    objectives: TextInLanguages | None,
    code: str,
) -> dict[str, int]:
    """Return the search terms of a course in all its languages, each with its highest weight."""
    weighed = [(TITLE, text) for text in title.texts.values()]
    weighed += [(PARTS, text) for part in parts for text in part.texts.values()]
    weighed += [(REST, text) for text in (objectives.texts.values() if objectives else ())]
    weighed += [(REST, code)]
    terms: dict[str, int] = {}
    for weight, text in weighed:
        for term in search_tokens(text):
            short = term[:LONGEST_TERM]
            terms[short] = max(weight, terms.get(short, 0))
    return terms


def words_of_query(query: str) -> list[str]:
    """Return the different tokens somebody searches for, in order, at most a dozen."""
    return list(dict.fromkeys(token[:LONGEST_TERM] for token in search_tokens(query)))[:MOST_WORDS]


def is_pair(word: str) -> bool:
    """Tell whether a token was cut from a script without spaces: it is looked up as it is.

    Words of other scripts also find what they begin: "port" finds "ports".
    """
    return len(word) == 2 and ord(word[0]) >= _FIRST_PAIRED


def is_syllable(word: str) -> bool:
    """Tell whether a token is one character of such a script: it is looked up inside pairs."""
    return len(word) == 1 and ord(word[0]) >= _FIRST_PAIRED


def texts_of(lines: Mapping[str, Iterable[str]], source: str) -> TextInLanguages | None:
    """Return lines by language as one text, a line each; None when there are none."""
    if not lines:
        return None
    return TextInLanguages(source, {tag: "\n".join(each) for tag, each in lines.items()})


def lines_of(text: TextInLanguages | None) -> dict[str, list[str]]:
    """Return the lines of such a text by language."""
    return {tag: each.split("\n") for tag, each in text.texts.items()} if text else {}
