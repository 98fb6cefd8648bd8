"""The characters of a caption file that does not say how it is encoded."""

import codecs

from lms.core.encodings import in_older_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A caption file is hardly ever Latin: a mere few letters of another script are no proof.
BESIDE_LATIN = 1 / 4


def decode(raw: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, CP949 or GB18030.

    The older two are tried only on what is not UTF-8, and taken only when the outcome looks like
    Korean or Chinese. Raises UnicodeDecodeError, that of UTF-8 when nothing fits.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        text = in_older_encoding(raw, beside_latin=BESIDE_LATIN) if encoding == "utf-8" else None
        if text is None:
            raise
        return text
