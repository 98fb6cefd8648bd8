"""Plain text and tables of it: what a text program or a spreadsheet writes, in any encoding."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import BinaryIO

from lms.media.refusals import Refusal, Refused

# Of the signs below the letters, text has only those that move the line.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BEGINS_OTHERWISE = re.compile(
    r"\s*(?:<\s*[!?a-z]|#!|%PDF|%!PS|\{\\rtf|MZ|PK\x03\x04|MIME-Version:|X5O!P%@AP)", re.IGNORECASE
)
# A spreadsheet would start another program, or fetch something, on opening the table.
_CALLS = re.compile(
    r"""(?:^|[,;\t\n"'])\s*[=+@-][^,;\t\n]{0,40}(?:\|\s*['"]?[^,;\n]{0,60}!|webservice\s*\(|\bcall\s*\()""",
    re.IGNORECASE,
)


def check_plain(file: BinaryIO) -> None:
    """Refuse what is no text, another kind of file (WRONG_TYPE), or a table that calls programs."""
    text = _decoded(file.read())
    if _NO_TEXT.search(text) or _BEGINS_OTHERWISE.match(text):
        raise Refused(Refusal.WRONG_TYPE)
    if _CALLS.search(text):
        raise Refused(Refusal.ACTIVE_CONTENT)


def _decoded(content: bytes) -> str:
    """Return the letters; of other encodings than Unicode's only those below 128 are looked at."""
    try:
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError:
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise Refused(Refusal.DAMAGED) from None
        return content.decode("latin-1")
