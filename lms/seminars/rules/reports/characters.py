"""The characters of a report, which never says how it is encoded."""

import codecs

from lms.core.encodings import in_older_encoding
from lms.seminars.rules.reports.report import Refusal, ReportRefused

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
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
    # A report is mostly Latin: heads, addresses, times.
    text = in_older_encoding(raw, beside_latin=0)
    if text is None:
        raise ReportRefused(Refusal.UNREADABLE_ENCODING)
    return text.replace("\0", "")
