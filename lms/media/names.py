"""File names as people are shown them. Where a file is kept never depends on its name."""

import re
import unicodedata

from lms.core.text import clean_line

CHARACTER_LIMIT = 120
BYTE_LIMIT = 255  # what file systems take; a Hangul syllable is three

_EXTENSION_LIMIT = 10
_UNSAFE = re.compile(r'[<>:"|?*]')
_JOINERS = {"\u200c", "\u200d"}  # written inside words of Persian and of Indian languages
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def clean_file_name(name: str) -> str:
    """Return the name in NFC, without folders, control or bidirectional characters, or "".

    What is returned can be saved on every common system: at most 120 characters and 255 bytes
    of UTF-8 with its extension, no reserved name, no dot or space at either end. It is "" when
    nothing is left to call the file by.
    """
    last = re.split(r"[/\\]", clean_line(name).strip(". "))[-1]
    shown = "".join(char for char in _UNSAFE.sub("", last) if _is_shown(char))
    stem, extension = _split(clean_line(shown).rstrip(". "))
    stem = stem.strip(". ")
    if _RESERVED.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    stem = _cut(stem, len(extension), len(extension.encode()))
    return stem + extension if stem else ""


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) != "Cf" or char in _JOINERS


def _split(name: str) -> tuple[str, str]:
    """Return what stands before the extension, and the extension with its dot."""
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > _EXTENSION_LIMIT:
        return name, ""
    return stem, dot + extension


def _cut(stem: str, taken_characters: int, taken_bytes: int) -> str:
    stem = stem[: CHARACTER_LIMIT - taken_characters]
    while len(stem.encode()) > BYTE_LIMIT - taken_bytes:
        stem = stem[:-1]
    return stem.rstrip(". \u200c\u200d")
