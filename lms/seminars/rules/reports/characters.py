"""The characters of a report, which never says how it is encoded."""

import codecs
import re

from lms.seminars.rules.reports.report import Refusal, ReportRefused

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What Excel writes in Korea and in China: the letters such a file holds, and the older set most of
# them are in. Another encoding read as this one gives rare letters.
_OLDER = (
    ("cp949", re.compile("[가-힣]"), "iso2022_kr"),
    ("gb18030", re.compile("[一-鿿]"), "gb2312"),
)


def decode(raw: bytes) -> str:
    """Return the text of a report in UTF-8, UTF-16, CP949 or GB18030, without NUL characters.

    Raises ReportRefused: a workbook is no text, and a guess at an encoding that gives rare
    letters is worse than none.
    """
    if raw.startswith(_WORKBOOKS):
        raise ReportRefused(Refusal.WORKBOOK)
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _text(raw[len(mark) :], encoding)
    encoding = _unmarked_utf_16(raw)
    if encoding:
        return _text(raw, encoding)
    try:
        return raw.decode().replace("\0", "")
    except UnicodeDecodeError:
        return _in_older_encoding(raw)


def _text(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding).replace("\0", "")
    except UnicodeDecodeError as error:
        raise ReportRefused(Refusal.UNREADABLE_ENCODING) from error


def _unmarked_utf_16(raw: bytes) -> str:
    """Return the encoding in which every other byte of Latin letters is zero; "" when few are."""
    sample = raw[:4000]
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if high.count(0) * 2 > len(high):
            return encoding
    return ""


def _in_older_encoding(raw: bytes) -> str:
    for encoding, letters, usual in _OLDER:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_plausible(text, letters, usual):
            return text.replace("\0", "")
    raise ReportRefused(Refusal.UNREADABLE_ENCODING)


def _is_plausible(text: str, letters: re.Pattern[str], usual: str) -> bool:
    """Tell whether the letters beyond ASCII are mostly usual ones of one script."""
    own = "".join(letters.findall(text))
    usual_ones = len(own.encode(usual, "ignore").decode(usual))
    foreign = sum(not char.isascii() and char.isalpha() for char in text)
    return usual_ones > 0 and usual_ones * 5 >= foreign * 4
