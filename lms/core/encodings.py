"""Text in the encodings Windows wrote before UTF-8, in Korea and in China."""

import re

# The letters such a text is made of, and the older set most of them are in: another encoding read
# as this one gives rare letters.
_OLDER = (
    ("cp949", re.compile("[가-힣]"), "iso2022_kr"),
    ("gb18030", re.compile("[一-鿿]"), "gb2312"),
)


def in_older_encoding(raw: bytes, *, beside_latin: float) -> str | None:
    """Return the text in CP949 or GB18030 if it looks like Korean or Chinese, else None.

    Its letters beyond ASCII must be usual ones of one script, and at least this many for each
    Latin letter.
    """
    for encoding, letters, usual in _OLDER:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_plausible(text, letters, usual, beside_latin):
            return text
    return None


def _is_plausible(text: str, letters: re.Pattern[str], usual: str, beside_latin: float) -> bool:
    own = "".join(letters.findall(text))
    usual_ones = len(own.encode(usual, "ignore").decode(usual))
    foreign = sum(not char.isascii() and char.isalpha() for char in text)
    latin = len(re.findall("[A-Za-z]", text))
    return usual_ones > 0 and usual_ones * 5 >= foreign * 4 and usual_ones >= latin * beside_latin
