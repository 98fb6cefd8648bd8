"""Characters that nobody sees and that change what is seen beside them: which of them stay.

A reading direction that is not ended reaches past a post; a joiner within a word hides it from
whoever looks for it; a tower of marks paints over other lines. But Persian, Devanagari, Burmese and
Khmer are not written without such characters, nor are emoji: what a script needs stays.
"""

import re
import unicodedata
from collections.abc import Sequence

# What opens a direction of reading and what ends it; LRO and RLO turn even letters round.
_OVERRIDES = "\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_OPENING = f"\u202a\u202b{_OVERRIDES}{_ISOLATES}"
_END_OF_EMBEDDING = "\u202c"
_END_OF_ISOLATE = "\u2069"
_DIRECTIONS = frozenset(_OPENING + _END_OF_EMBEDDING + _END_OF_ISOLATE)
_DIRECTION_MARKS = ("\u200e", "\u200f", "\u061c")
_DEEPEST_DIRECTION = 8

# Not of category Cf but as invisible: fillers of Hangul, the grapheme joiner, variation selectors.
_VARIANT = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"} | {
    chr(code)
    for block in (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
    for code in block
}
_SPACE_OF_NO_WIDTH = "\u200b"
_JOINERS = ("\u200c", "\u200d")
# Signs that are seen although their category is Cf: those around Arabic and Syriac numbers.
_SIGN = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]")

_RIGHT_TO_LEFT = re.compile(".?[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Scripts without spaces, where a line may end at a zero-width one: Thai, Lao, Burmese, Khmer.
_NO_SPACES = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]")
# Scripts whose letters join or merge: Arabic to Thaana, those of India to Tibet, Burmese,
# Khmer, Mongolian.
_JOINED = re.compile("[\u0600-\u07ff\u0860-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufefc]")
_WITH_VARIANTS = re.compile(
    "[\u1000-\u109f\u1820-\u18aa\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_PART_OF_EMOJI = re.compile("[\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")

# How many marks one letter bears in scripts that need few; none needs more than six.
_MOST_MARKS_SHOWN = 6
_MOST_MARKS_OF = (
    (
        re.compile(
            "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
        ),
        3,
    ),
    (re.compile("[\u0e00-\u0eff]"), 3),  # Thai, Lao
    (re.compile("[\u0600-\u08ff]"), 4),  # Arabic, Syriac
    (re.compile("[\u0590-\u05ff]"), 5),  # Hebrew
)


def untangled(text: str) -> str:
    """Leave out the invisible characters that no script needs there, and towers of marks."""
    if text.isascii():
        return text.strip()
    kept: list[str] = []
    marks: list[str] = []
    for index, char in enumerate(text):
        category = unicodedata.category(char)
        is_mark = category in {"Mn", "Me"}
        if char in _INVISIBLE or category == "Cf":
            before = kept[-1] if kept else ""
            if not _belongs(char, before, text[index + 1 : index + 2]):
                continue
        elif is_mark and not _has_room(marks, char):
            continue
        elif category != "Mc" and not is_mark:
            marks = []
        if is_mark:
            marks.append(char)
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _has_room(marks: Sequence[str], mark: str) -> bool:
    """Tell whether a letter with these marks may bear one more and not paint over other lines."""
    if mark in marks or len(marks) >= _MOST_MARKS_SHOWN:
        return False
    for script, most in _MOST_MARKS_OF:
        if script.match(mark):
            return sum(bool(script.match(each)) for each in marks) < most
    return True


def _belongs(char: str, before: str, after: str) -> bool:
    """Tell whether an invisible character has something to do between these two."""
    if char in _DIRECTIONS:
        return True  # `directed` has judged it
    if char in _DIRECTION_MARKS:
        between = before.isalnum() and after.isalnum() and not _RIGHT_TO_LEFT.match(before + after)
        return before not in _DIRECTION_MARKS and not between
    if char == _SPACE_OF_NO_WIDTH:
        return bool(_NO_SPACES.match(before)) and bool(_NO_SPACES.match(after)) and after.isalpha()
    if char in _JOINERS:
        return bool(_JOINED.match(before)) or (_is_emoji(before) and _is_emoji(after))
    if _VARIANT.match(char):
        return _has_variants(before)
    return bool(_SIGN.match(char))


def _is_emoji(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) == "So" or bool(_PART_OF_EMOJI.match(char)))


def _has_variants(char: str) -> bool:
    if not char or unicodedata.category(char) in {"Mn", "Cf"}:
        return False
    return not char.isalpha() or bool(_WITH_VARIANTS.match(char))


def directed(line: str) -> str:
    """Leave out overrides, and whatever opens or closes a direction without its counterpart."""
    if not any(char in _DIRECTIONS for char in line):
        return line
    kept = set(range(len(line))) - {at for at, char in enumerate(line) if char in _DIRECTIONS}
    opened: list[int] = []
    isolates = 0
    for at, char in enumerate(line):
        if char in _OPENING and len(opened) < _DEEPEST_DIRECTION:
            opened.append(at)
            isolates += char in _ISOLATES
        elif char == _END_OF_ISOLATE and isolates:
            while line[opened[-1]] not in _ISOLATES:
                opened.pop()
            kept |= {opened.pop(), at}
            isolates -= 1
        elif char == _END_OF_EMBEDDING and opened and line[opened[-1]] not in _ISOLATES:
            start = opened.pop()
            if line[start] not in _OVERRIDES:
                kept |= {start, at}
    return "".join(line[at] for at in sorted(kept))
