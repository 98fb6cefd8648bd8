"""Text as people write it: cleaning, texts in several languages, and search tokens."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

from lms.core.untangled import directed, untangled

# Overrides and isolates that let a name be shown as another (U+202A-E, U+2066-9, marks).
_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
_ALLOWED_CONTROLS = {"\n", "\t"}
_DROPPED_CATEGORIES = {"Cc", "Cs", "Cn", "Co"}
_TAG_CHARACTERS = range(0xE0000, 0xE0080)

# No letter of any script bears as many marks (Unicode's stream-safe text). Putting them in order
# takes time with the square of their number: a form full of them would stop the site for minutes.
MOST_MARKS = 30
_TOO_SHORT_TO_MATTER = 1000


def normal(form: Literal["NFC", "NFKC"], text: str) -> str:
    """Return a text in a normal form of Unicode, whatever it holds in time with its length.

    Of more than thirty marks on one letter the rest is left out.
    """
    if len(text) > _TOO_SHORT_TO_MATTER and not text.isascii():
        text = "".join(_without_towers(text))
    return unicodedata.normalize(form, text)


def _without_towers(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MOST_MARKS:
            yield char


def clean_text(value: str, limit: int | None = None) -> str:
    """Return NFC text without control, surrogate, unassigned or tag characters, trimmed.

    Line breaks are kept as "\\n". Cut to `limit` characters when one is given.
    """
    value = normal("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        char
        for char in value
        if char in _ALLOWED_CONTROLS
        or (
            unicodedata.category(char) not in _DROPPED_CATEGORIES
            and ord(char) not in _TAG_CHARACTERS
        )
    ).strip()
    return kept if limit is None else kept[:limit]


def clean_line(value: str, limit: int | None = None) -> str:
    """Return clean text on one line, without any bidirectional control: for names and titles."""
    plain = clean_text(value).translate(_BIDI_CONTROLS).replace("\n", " ")
    line = re.sub(r"\s+", " ", untangled(plain)).strip()
    return line if limit is None else line[:limit].rstrip()


def clean_post(value: str) -> str:
    """Return clean text that keeps to its own place on the page: for what is read in public.

    Overrides of the reading direction go, and embeddings and isolates that are not closed on their
    line. Invisible characters stay where a script or an emoji needs them (a joiner in Persian or
    Devanagari, a zero-width space in Khmer) and go where they only break words apart. A letter
    keeps as many marks as its script ever writes. Doing it twice changes nothing.
    """
    text = clean_text(value.replace("\u2028", "\n").replace("\u2029", "\n"))
    return untangled("\n".join(map(directed, text.split("\n"))))


class Fragment(NamedTuple):
    """A text chosen for a reader: what to show, in which language, and whether it fell back."""

    text: str
    language: str
    is_fallback: bool


@dataclass(frozen=True)
class TextInLanguages:
    """One text with its source language and any number of translations (BCP 47 tags)."""

    source: str
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.texts.get(self.source):
            raise ValueError(f"the text has nothing in its source language {self.source!r}")

    def pick(self, preferences: Sequence[str]) -> Fragment:
        """Return the first language of `preferences` that has a text, else the source.

        The first preference is what the reader asked for; anything else is a fallback.
        """
        for language in preferences:
            if self.texts.get(language):
                return Fragment(self.texts[language], language, language != preferences[0])
        return Fragment(self.texts[self.source], self.source, True)

    def to_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {"source": self.source, "texts": dict(self.texts)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "TextInLanguages":
        """Return the text of a stored form; raises ValueError when it has no source text."""
        return cls(stored["source"], stored["texts"])


class TextInLanguagesType(TypeDecorator[TextInLanguages]):
    """A JSON column holding a `TextInLanguages` (docs/decisions/0002)."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: TextInLanguages | None, dialect: Dialect) -> Any:
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> TextInLanguages | None:
        return None if value is None else TextInLanguages.from_json(value)


# Scripts written without spaces between words, or with particles glued on: cut into pairs. As the
# inside of a character class.
PAIRED = (
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Hangul
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Kana, Han
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
)
_PAIRED_RUN = re.compile(f"[{PAIRED}]+")
_WORD = re.compile(r"\w+")
_ACCENTS = re.compile("[\u0300-\u036f]+")

# What nobody sees and what must not hide a word from a search: zero-width characters, soft
# hyphens, directions, fillers of Hangul, selectors of variants.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)


class Run(NamedTuple):
    """Folded letters in a row: a word, or signs of a script that is cut into pairs."""

    text: str
    is_paired: bool


def folded(value: str) -> str:
    """Return a text as search compares it: without case, accents, widths and unseen characters."""
    text = normal("NFKC", _UNSEEN.sub("", value)).casefold().replace("đ", "d")
    # Accents go; combining vowels of Thai, Lao and others (also Mn) stay, they are letters there.
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def search_runs(value: str) -> Iterator[Run]:
    """Yield the runs of a text, folded and in order."""
    text = folded(value)
    position = 0
    for run in _PAIRED_RUN.finditer(text):
        for word in _WORD.findall(text[position : run.start()]):
            yield Run(word, is_paired=False)
        position = run.end()
        yield Run(run.group(), is_paired=True)
    for word in _WORD.findall(text[position:]):
        yield Run(word, is_paired=False)


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run; a run of one character stays as it is."""
    return [run[index : index + 2] for index in range(len(run) - 1)] or [run]


def search_tokens(value: str) -> list[str]:
    """Return the tokens a text is found by, in order, with repeats.

    Latin and Cyrillic words are folded (case, accents, đ); Korean, Chinese, Lao, Thai, Burmese
    and Khmer runs are cut into overlapping pairs, so a two-syllable word is found inside a
    longer one. A run of one character stays as it is.
    """
    return [
        token
        for run in search_runs(value)
        for token in (pairs(run.text) if run.is_paired else (run.text,))
    ]
