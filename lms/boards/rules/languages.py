"""In which language a post is written, guessed from its letters and commonest words.

Nothing leaves the site for it, and no model is needed: the author sees the guess and corrects it.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lms.boards.rules.language_words import (
    ARABIC_WORDS,
    CYRILLIC_WORDS,
    DEVANAGARI_WORDS,
    LATIN_WORDS,
    LETTERS,
    SIMPLIFIED_AND_TRADITIONAL,
)
from lms.core.text import normal
from lms.core.untangled import untangled

# Characters: so many are looked at, and so many of the author's own decide.
LOOKED_AT = 20_000
DECIDING = 4_000

# In words. A single character of Han is half a word.
_LEAST = 0.5
# A word that only one of the languages in Latin letters has counts 1.
_LEAST_OF_LATIN = 1.0
# Latin words in a text of another script are mostly names and terms ("BIS", "API").
_OF_A_TERM = 0.4
# From so much Kana on, Han is Japanese and not Chinese that names something Japanese.
_KANA_IN_JAPANESE = 0.1

Words = Mapping[str, Sequence[str]]


def guess_language(text: str) -> str | None:
    """Return the language of most words of a Markdown text, or None when there is too little.

    A tag as in `i18n.languages.CONTENT_LANGUAGES` ("zh" is simplified Chinese, "zh-Hant"
    traditional), or of a language in which no content of ours is ("de", "it", "he", "mr", "ur").
    What is quoted, code, addresses and mentions are left out: an answer in Vietnamese to a quoted
    question in Korean is Vietnamese.
    """
    own = "\n".join(_own_lines(text[:LOOKED_AT]))[:DECIDING]
    words = _words(untangled(normal("NFKC", own)).casefold())
    weights: defaultdict[str, float] = defaultdict(float)
    for language, weight in _weighed(words):
        weights[language] += weight
    best = max(weights, key=lambda each: weights[each], default=None)
    return best if best and weights[best] >= _LEAST else None


# --- the author's own words ----------------------------------------------------------------

_FENCE = re.compile(r" {0,3}(```|~~~)")
_NOT_WORDS = re.compile(
    r"\[@[^\]]{0,100}\]\(person:[0-9]{1,9}\)"  # a mention
    r"|\]\([^)\s]{0,300}\)?"  # where a link leads
    r"|`[^`]*`"
    r"|(?:https?://|www\.)[^\s<>)]*"
    r"|(?<!\S)[^\s@]{1,64}@[^\s@]{1,100}"  # an address of mail
)


def _own_lines(text: str) -> Iterator[str]:
    fence = ""
    for line in text.splitlines():
        marks = _FENCE.match(line)
        if marks and fence in {"", marks[1]}:
            fence = "" if fence else marks[1]
        elif not fence and not line.lstrip().startswith(">"):
            yield _NOT_WORDS.sub(" ", line)


# --- words by script -----------------------------------------------------------------------

# Where each script begins and ends.
_BLOCKS = (
    (0x0041, 0x024F, "Latin"), (0x0370, 0x03FF, "Greek"), (0x0400, 0x052F, "Cyrillic"),
    (0x0590, 0x05FF, "Hebrew"), (0x0600, 0x06FF, "Arabic"), (0x0750, 0x077F, "Arabic"),
    (0x0900, 0x097F, "Devanagari"), (0x0980, 0x09FF, "Bengali"), (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E00, 0x0E7F, "Thai"), (0x0E80, 0x0EFF, "Lao"), (0x1000, 0x109F, "Burmese"),
    (0x1100, 0x11FF, "Hangul"), (0x1200, 0x137F, "Ethiopic"), (0x1780, 0x17FF, "Khmer"),
    (0x1E00, 0x1EFF, "Latin"), (0x1F00, 0x1FFF, "Greek"), (0x3040, 0x30FF, "Kana"),
    (0x3130, 0x318F, "Hangul"), (0x3400, 0x9FFF, "Han"), (0xAC00, 0xD7AF, "Hangul"),
    (0xF900, 0xFAFF, "Han"), (0x20000, 0x3FFFF, "Han"),
)  # fmt: skip
_STARTS = [start for start, _end, _script in _BLOCKS]

_LANGUAGE_OF_SCRIPT = {
    "Greek": "el", "Hebrew": "he", "Bengali": "bn", "Sinhala": "si", "Thai": "th", "Lao": "lo",
    "Burmese": "my", "Hangul": "ko", "Ethiopic": "am", "Khmer": "km",
}  # fmt: skip
# How many letters make a word where none is set apart by spaces.
_LETTERS_IN_A_WORD = {"Han": 2, "Kana": 2, "Thai": 4, "Lao": 4, "Burmese": 4, "Khmer": 4}


def _words(text: str) -> Words:
    """Return the runs of letters of each script; marks go with their letter."""
    runs: defaultdict[str, list[str]] = defaultdict(list)
    script = ""
    for char in text:
        category = unicodedata.category(char)
        before = script
        if category[0] == "L":
            script = _script(char)
        elif category[0] != "M":
            script = ""
        if script and script == before:
            runs[script][-1] += char
        elif script:
            runs[script].append(char)
    return runs


def _script(char: str) -> str:
    at = bisect_right(_STARTS, ord(char)) - 1
    return _BLOCKS[at][2] if at >= 0 and ord(char) <= _BLOCKS[at][1] else ""


# --- languages -----------------------------------------------------------------------------


def _weighed(words: Words) -> Iterator[tuple[str, float]]:
    """Yield languages with how many words are in each, one for each script."""
    for script, language in _LANGUAGE_OF_SCRIPT.items():
        yield language, _amount(script, words)
    yield from _of_east_asia(words)
    for script, family in _FAMILIES.items():
        if script in words:
            language, known = _of_words(words[script], family)
            amount = float(len(words[script]))
            if script == "Latin" and len(words) > 1:
                amount = known + (amount - known) * _OF_A_TERM
            yield language, amount if language else 0


def _amount(script: str, words: Words) -> float:
    of_script = words.get(script, ())
    if script not in _LETTERS_IN_A_WORD:
        return len(of_script)
    letters = sum(char.isalpha() for word in of_script for char in word)
    return letters / _LETTERS_IN_A_WORD[script]


def _of_east_asia(words: Words) -> Iterator[tuple[str, float]]:
    kana, han = _amount("Kana", words), _amount("Han", words)
    yield "ja", kana
    if kana and kana >= (kana + han) * _KANA_IN_JAPANESE:
        yield "ja", han
    else:
        chars = "".join(words.get("Han", ()))
        simplified = sum(char in _SIMPLIFIED for char in chars)
        traditional = sum(char in _TRADITIONAL for char in chars)
        yield "zh-Hant" if traditional > simplified else "zh", han


class _Family(NamedTuple):
    """Languages that share a script: which of them have a word, and which a letter.

    `order` begins with the likeliest here; `default` is what a text of the script is in when it
    holds no word that we know.
    """

    words: Mapping[str, Sequence[str]]
    letters: Mapping[str, Sequence[str]]
    order: Sequence[str]
    default: str
    least: float


def _of_words(words: Iterable[str], family: _Family) -> tuple[str, int]:
    """Return the language with the most of these words, and how many words are known at all.

    What several languages have counts for each of them a part.
    """
    scores = dict.fromkeys(family.order, 0.0)
    known = 0
    for word in words:
        hints = [family.letters[letter] for letter in {*word} & family.letters.keys()]
        hints += [family.words[each] for each in {_folded(word)} & family.words.keys()]
        known += bool(hints)
        for languages in hints:
            for language in languages:
                scores[language] += 1 / len(languages)
    best = max(family.order, key=lambda each: round(scores[each], 6))
    is_known = scores[best] and round(scores[best], 6) >= family.least
    return best if is_known else family.default, known


def _folded(word: str) -> str:
    """Return a word without its accents, and Arabic without its vowels; Devanagari as it is."""
    if _script(word[0]) == "Devanagari":
        return word
    bare = "".join(
        char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char) != "Mn"
    )
    return bare.translate(_BARE)


_BARE = str.maketrans("đłı", "dli")


def _family(listed: Mapping[str, str], *, default: str = "", least: float = 0) -> _Family:
    words: defaultdict[str, list[str]] = defaultdict(list)
    for language, its_words in listed.items():
        for word in {_folded(word) for word in its_words.split()}:
            words[word].append(language)
    letters = {
        letter: [language for language in languages if language in listed]
        for together, languages in LETTERS.items()
        if listed.keys() & languages
        for letter in together
    }
    return _Family(words, letters, list(listed), default, least)


_FAMILIES = {
    "Latin": _family(LATIN_WORDS, least=_LEAST_OF_LATIN),
    "Cyrillic": _family(CYRILLIC_WORDS, default="ru"),
    "Arabic": _family(ARABIC_WORDS, default="ar"),
    "Devanagari": _family(DEVANAGARI_WORDS, default="hi"),
}
_PAIRS = SIMPLIFIED_AND_TRADITIONAL.split()
_SIMPLIFIED = {pair[0] for pair in _PAIRS}
_TRADITIONAL = {pair[1] for pair in _PAIRS}
