"""By which words a post is found, and what somebody who searches asks for.

A post is found by tokens (`core.text.search_tokens`): folded words, and pairs of what is written
without spaces. What is asked for becomes terms, each a whole token or the beginning of one, so
that SQLite and PostgreSQL look up the same and find the same (docs/decisions/0003).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from lms.core.text import PAIRED, Run, folded, pairs, search_runs

LONGEST_TERM = 100
LONGEST_QUERY = 1000
MOST_WORDS = 12
MOST_TERMS = 64  # of one query
MOST_TERMS_OF_TITLE = 24
# Of one post: PostgreSQL takes a megabyte of different terms, and nobody reads so many.
MOST_BYTES = 500_000

# What Korean puts behind a noun; "정책" is meant by "정책을" and by "정책들에서는".
_CASES = re.findall(
    r"\S+",
    """
    은 는 이 가 을 를 의 에 와 과 도 로 만 나 랑 란 에서 에게 으로 까지 부터 처럼 보다 마다 조차
    한테 께서 이나 이랑 이란 하고 에는 에도 에만 에의 과는 과도 과의 와는 와도 와의 로는 로도 로의
    로써 로서 라는 까지는 까지도 부터는 에서는 에서도 에서의 에게는 에게도 에게서 으로는 으로도
    으로의 으로써 으로서 이라는
    """,
)
_PARTICLES = sorted({*_CASES, "들", *(f"들{case}" for case in _CASES)}, key=len, reverse=True)
_HANGUL = re.compile("[가-힣]+")
_SHORTEST_STEM = 2

# Of a word that is not cut: \\w without the signs of the scripts that are.
LETTER = rf"[^\W{PAIRED}]"

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂「」『』〝〞", '"'))
_ASKED = re.compile(r'(?P<minus>(?<!\S)[-－−])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


class Kinds(StrEnum):
    """Which posts are looked for: of a question its answers as well."""

    ALL = "all"
    QUESTIONS = "questions"
    SOLVED = "solved"  # questions with an answer that has helped


class Term(NamedTuple):
    """A token to look up; of a prefix, whatever begins with it."""

    token: str
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """What somebody asks for. A post is a hit when it has every one of `wanted`.

    `exact` are the whole tokens of the words as they were typed: a post that has them all comes
    before one found by a beginning or without a particle. Of each of `excluded` a hit lacks one
    token at least. Phrases are looked for in the texts of what was found by terms. `words` is what
    an excerpt shows.
    """

    wanted: tuple[Term, ...] = ()
    exact: tuple[str, ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    phrases: tuple["Phrase", ...] = ()
    excluded_phrases: tuple["Phrase", ...] = ()
    words: tuple[Run, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not self.wanted

    @property
    def can_be_inexact(self) -> bool:
        """Tell whether something can be found that has not all the words as they were typed."""
        return {Term(token) for token in self.exact} - set(self.wanted) != set()

    @property
    def has_phrases(self) -> bool:
        """Tell whether texts must be looked at to know what is found."""
        return bool(self.phrases or self.excluded_phrases)


@dataclass(frozen=True)
class Phrase:
    """Words that stand beside each other, whatever marks and spaces are between them."""

    runs: tuple[Run, ...]
    pattern: re.Pattern[str] = field(compare=False, repr=False)

    @classmethod
    def of(cls, runs: Iterable[Run]) -> "Phrase":
        """Return the phrase of some runs."""
        runs = tuple(runs)
        return cls(runs, re.compile(r"[\W_]*".join(map(_bounded, runs))))

    def stands_in(self, text: str) -> bool:
        """Tell whether the phrase stands in a folded text."""
        return self.pattern.search(text) is not None


def _bounded(run: Run) -> str:
    """Return the pattern of a run: a word must stand alone, signs may stand inside a longer row."""
    word = re.escape(run.text)
    return word if run.is_paired else f"(?<!{LETTER}){word}(?!{LETTER})"


def terms_of(texts: Iterable[str]) -> list[str]:
    """Return the different tokens of some texts.

    The last sign of a row is a token of its own: what begins with one sign is found by the
    beginning of a pair, and only the last one begins none.
    """
    terms: dict[str, None] = {}
    size = 0
    for text in texts:
        for run in search_runs(text):
            for token in _tokens_to_find(run):
                if token in terms:
                    continue
                size += len(token.encode()) + 1
                if size > MOST_BYTES:
                    return list(terms)
                terms[token] = None
    return list(terms)


def _tokens_to_find(run: Run) -> Iterator[str]:
    if not run.is_paired:
        yield run.text[:LONGEST_TERM]
        return
    yield from pairs(run.text)
    if len(run.text) > 1:
        yield run.text[-1]


def query_of(asked: str) -> Query:
    """Return what is asked for: words, "a phrase", -excluded.

    Every character is allowed and none is an operator, but the quotes and the leading minus.
    """
    made = _Making()
    for part in _ASKED.finditer(asked[:LONGEST_QUERY].translate(_QUOTES)):
        runs = list(search_runs(part["word"] or part["phrase"] or ""))
        if not runs or made.is_full:
            continue
        if part["minus"]:
            made.exclude(runs, is_phrase=part["word"] is None)
        elif part["word"] is None:
            made.want_phrase(runs)
        else:
            made.want(runs)
    return made.query()


def terms_of_title(title: str) -> list[str]:
    """Return the tokens by which threads with a title like this one are looked for."""
    return terms_of([title[:LONGEST_QUERY]])[:MOST_TERMS_OF_TITLE]


class _Making:
    """A query as it grows, word by word."""

    def __init__(self) -> None:
        self.wanted: dict[Term, None] = {}
        self.exact: dict[str, None] = {}
        self.excluded: dict[tuple[str, ...], None] = {}
        self.phrases: list[Phrase] = []
        self.excluded_phrases: list[Phrase] = []
        self.words: dict[Run, None] = {}
        self.count = 0

    @property
    def is_full(self) -> bool:
        return self.count >= MOST_WORDS or len(self.wanted) >= MOST_TERMS

    def want(self, runs: list[Run]) -> None:
        """Ask for the words of one row of characters."""
        if len(runs) > 1 and runs[-1].text in _PARTICLES:
            runs = runs[:-1]  # of "SDG를" the particle is a run of its own
        for run in runs[: MOST_WORDS - self.count]:
            stem = _without_particle(run)
            self._add(stem, _terms_of_query(stem))
            self.exact |= dict.fromkeys(_whole_tokens(run))

    def want_phrase(self, runs: list[Run]) -> None:
        """Ask for words that stand beside each other."""
        runs = runs[: MOST_WORDS - self.count]
        for run in runs:
            terms = [Term(token) for token in _whole_tokens(run)]
            self._add(run, terms or _terms_of_query(run))
        self.phrases.append(Phrase.of(runs))

    def exclude(self, runs: list[Run], *, is_phrase: bool) -> None:
        """Ask for what lacks a word or a phrase."""
        runs = runs[: MOST_WORDS - self.count]
        self.count += len(runs)
        tokens = tuple(token for run in runs for token in _whole_tokens(run))
        if is_phrase or not tokens:
            self.excluded_phrases.append(Phrase.of(runs))
        else:
            self.excluded[tokens[:MOST_TERMS]] = None

    def _add(self, word: Run, terms: Iterable[Term]) -> None:
        self.count += 1
        self.words[word] = None
        room = MOST_TERMS - len(self.wanted)
        self.wanted |= dict.fromkeys(list(terms)[:room])

    def query(self) -> Query:
        """Return the query."""
        return Query(
            wanted=tuple(self.wanted),
            exact=tuple(self.exact)[:MOST_TERMS],
            excluded=tuple(self.excluded),
            phrases=tuple(self.phrases),
            excluded_phrases=tuple(self.excluded_phrases),
            words=tuple(self.words),
        )


def _without_particle(run: Run) -> Run:
    if not run.is_paired or not _HANGUL.fullmatch(run.text):
        return run
    for particle in _PARTICLES:
        stem = run.text.removesuffix(particle)
        if stem != run.text and len(stem) >= _SHORTEST_STEM:
            return Run(stem, is_paired=True)
    return run


def _terms_of_query(run: Run) -> list[Term]:
    """Return what finds a word: pairs as they are, other words also by what they begin."""
    if run.is_paired and len(run.text) > 1:
        return [Term(pair) for pair in pairs(run.text)]
    return [Term(run.text[:LONGEST_TERM], is_prefix=True)]


def _whole_tokens(run: Run) -> list[str]:
    """Return the tokens a text with just this word has; one sign alone may stand in any pair."""
    if not run.is_paired:
        return [run.text[:LONGEST_TERM]]
    return pairs(run.text) if len(run.text) > 1 else []


def folded_text(texts: Iterable[str]) -> str:
    """Return the texts of one post in one language as phrases are looked for in them."""
    return folded("\n".join(texts))
