"""The characters of a caption file that does not say how it is encoded."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Windows wrote before UTF-8, in Korea and in China, with the letters such a file is made of
# and the older set most of them are in: another encoding read as this one gives rare letters.
_OLDER = (
    ("cp949", re.compile("[가-힣]"), "iso2022_kr"),
    ("gb18030", re.compile("[一-鿿]"), "gb2312"),
)


def decode(raw: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, CP949 or GB18030.

    The older two are tried only on what is not UTF-8, and taken only when the outcome looks like
    Korean or Chinese. Raises UnicodeDecodeError, that of UTF-8 when nothing fits.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        text = _in_older_encoding(raw) if encoding == "utf-8" else None
        if text is None:
            raise
        return text


def _in_older_encoding(raw: bytes) -> str | None:
    for encoding, letters, usual in _OLDER:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_plausible(text, letters, usual):
            return text
    return None


def _is_plausible(text: str, letters: re.Pattern[str], usual: str) -> bool:
    """Tell whether the letters beyond ASCII are usual ones of one script, and not a mere few."""
    own = "".join(letters.findall(text))
    usual_ones = len(own.encode(usual, "ignore").decode(usual))
    foreign = sum(not char.isascii() and char.isalpha() for char in text)
    latin = len(re.findall("[A-Za-z]", text))
    return usual_ones > 0 and usual_ones * 5 >= foreign * 4 and usual_ones * 4 >= latin
