"""The piece of a text that shows why it was found, with what was found marked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lms.boards.rules.search import LETTER
from lms.core.text import Run, folded, pairs

LENGTH = 200
MOST_PLACES = 200  # of one word in one text that are looked at
_LONGEST_WORD = 24  # what an excerpt moves its ends by, not to cut a word

# Letters that only together become what search compares: Hangul typed in parts, a letter with its
# accents, half-width Kana with their marks.
_CLUSTER = re.compile(
    "[\u1100-\u11ff]+|.[\u0300-\u036f\u200b-\u200f\u3099\u309a\ufe00-\ufe0f\uff9e\uff9f]*",
    re.DOTALL,
)
# None of these looks at a character more than a few times, whatever the text.
_WITHOUT_MARKS = (
    (re.compile(r"!?\[([^\[\]]{0,500}+)\]\([^()\[\]\n]{0,500}+\)"), r"\1"),  # links and images
    (re.compile(r"^[ \t]*+(?:`{3}|~{3})[^\n]*+", re.MULTILINE), " "),
    (re.compile(r"^[ \t|:-]++$", re.MULTILINE), " "),  # lines of tables
    (re.compile(r"^(?:[ \t]*+(?:>++|(?:#++|[-*+]|\d{1,3}[.)])(?=\s|$)))++", re.MULTILINE), " "),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
    (re.compile(r"[*~`]++|(?<!\w)_++|(?<!_)_++(?!\w)"), ""),
    (re.compile(r"[\s|]++"), " "),
)


class Piece(NamedTuple):
    """A part of an excerpt; a hit is one of the words that were looked for."""

    text: str
    is_hit: bool


class Span(NamedTuple):
    """Where one of the words stands in a text, and which of them it is."""

    start: int
    end: int
    word: int


class Excerpt(NamedTuple):
    """The pieces of an excerpt and the language they are written in."""

    language: str
    pieces: list[Piece]


def without_marks(text: str) -> str:
    """Return the words of a text in Markdown, on one line."""
    for pattern, words in _WITHOUT_MARKS:
        text = pattern.sub(words, text)
    return text.strip()


def excerpt(text: str, words: Sequence[Run], length: int = LENGTH) -> list[Piece]:
    """Return about `length` characters of a text where most of the words stand, those marked.

    Words are recognised as search finds them: without case, accents and widths. Without any of
    them it is the beginning of the text.
    """
    return _cut(without_marks(text), words, length)


def marked(line: str, words: Sequence[Run]) -> list[Piece]:
    """Return a whole line, such as a title, with the words in it marked."""
    return list(_pieces(line, 0, len(line), spans_of(line, words)))


def best_excerpt(
    texts: Mapping[str, str], words: Sequence[Run], languages: Sequence[str], length: int = LENGTH
) -> Excerpt:
    """Return the excerpt of the text that has most of the words, with its language.

    `texts` are one post in its languages, the original first; of equals the reader's languages,
    best first, decide, then their order.
    """
    plain = {language: without_marks(text) for language, text in texts.items()}
    order = sorted(plain, key=lambda each: _place(each, languages))
    best = max(order, key=lambda each: len({span.word for span in spans_of(plain[each], words)}))
    return Excerpt(best, _cut(plain[best], words, length))


def spans_of(text: str, words: Sequence[Run]) -> list[Span]:
    """Return where the words stand in a text, in order, none within another.

    Of a longer row of signs that does not stand there as a whole, its pairs do.
    """
    if not words:
        return []
    small, starts = _folded(text)
    found = [span for number, word in enumerate(words) for span in _find(small, word, number)]
    spans: list[Span] = []
    for span in sorted(found, key=lambda each: (each.start, -each.end)):
        if spans and span.start < spans[-1].end:
            continue
        spans.append(span)
    return [Span(starts[span.start], starts[span.end], span.word) for span in spans]


def _place(language: str, languages: Sequence[str]) -> int:
    return languages.index(language) if language in languages else len(languages)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text folded, and for each place in that its place in the text."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    parts: list[str] = []
    starts: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        part = _folded_cluster(cluster.group())
        parts.append(part)
        starts.extend([cluster.start()] * len(part))
    starts.append(len(text))
    return "".join(parts), starts


@lru_cache(maxsize=8192)
def _folded_cluster(cluster: str) -> str:
    return folded(cluster)


def _find(text: str, word: Run, number: int) -> Iterator[Span]:
    places = islice(_pattern(word).finditer(text), MOST_PLACES)
    spans = [Span(*match.span(), number) for match in places]
    if spans or not word.is_paired:
        yield from spans
        return
    for pair in pairs(word.text[:_LONGEST_WORD]):
        for match in islice(re.finditer(re.escape(pair), text), MOST_PLACES):
            yield Span(*match.span(), number)


def _pattern(word: Run) -> re.Pattern[str]:
    # A word is found by its beginning, a row of signs anywhere.
    return re.compile(("" if word.is_paired else f"(?<!{LETTER})") + re.escape(word.text))


def _cut(text: str, words: Sequence[Run], length: int) -> list[Piece]:
    spans = spans_of(text, words)
    start, end = _window(text, spans, length)
    pieces = list(_pieces(text, start, end, spans))
    if start > 0:
        pieces = [Piece("… ", is_hit=False), *pieces]
    if end < len(text):
        pieces.append(Piece(" …", is_hit=False))
    return pieces


def _window(text: str, spans: Sequence[Span], length: int) -> tuple[int, int]:
    """Return where the excerpt begins and ends: around most of the words, then most of places."""
    if len(text) <= length or not spans:
        return 0, _end_of_word(text, min(length, len(text)))
    first, last = _densest(spans, length * 3 // 4)
    room = max(0, length - (spans[last].end - spans[first].start))
    start = max(0, min(spans[first].start - room // 2, len(text) - length))
    start = min(_start_of_word(text, start), spans[first].start)
    end = _end_of_word(text, min(len(text), start + length))
    return start, max(end, min(spans[first].end, start + 2 * length))


def _densest(spans: Sequence[Span], length: int) -> tuple[int, int]:
    """Return the first and last of the places near each other that show most words."""
    best, best_at = (0, 0), (0, 0)
    within: dict[int, int] = {}
    first = 0
    for last, span in enumerate(spans):
        within[span.word] = within.get(span.word, 0) + 1
        while spans[first].start < span.end - length and first < last:
            word = spans[first].word
            within[word] -= 1
            if not within[word]:
                del within[word]
            first += 1
        value = (len(within), last - first)
        if value > best or last == 0:
            best, best_at = value, (first, last)
    return best_at


def _start_of_word(text: str, start: int) -> int:
    """Return where to begin so that no word of letters is cut, if that is near."""
    if start == 0 or not _is_inside_word(text, start):
        return start
    space = text.find(" ", start, start + _LONGEST_WORD)
    return start if space < 0 else space + 1


def _end_of_word(text: str, end: int) -> int:
    if end >= len(text) or not _is_inside_word(text, end):
        return end
    space = text.rfind(" ", max(0, end - _LONGEST_WORD), end)
    return end if space < 0 else space


def _is_inside_word(text: str, at: int) -> bool:
    return " " not in text[at - 1 : at + 1]


def _pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[Piece]:
    at = start
    for span in spans:
        begin, finish = max(span.start, start), min(span.end, end)
        if begin >= finish:
            continue
        if begin > at:
            yield Piece(text[at:begin], is_hit=False)
        yield Piece(text[begin:finish], is_hit=True)
        at = finish
    if at < end:
        yield Piece(text[at:end], is_hit=False)
