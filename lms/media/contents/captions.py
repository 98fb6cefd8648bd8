"""Captions: plain text in UTF-8 that begins and goes on as its format does."""

import re
from typing import BinaryIO

from lms.media.refusals import Refusal, Refused

_TIMES = re.compile(
    r"^\s*(?:\d+:)?\d{2}:\d{2}[.,]\d{3}\s+-->\s+(?:\d+:)?\d{2}:\d{2}[.,]\d{3}", re.MULTILINE
)
_BEGINS_AS_VTT = re.compile(r"WEBVTT(?:[ \t\r\n]|$)")
_BEGINS_AS_SRT = re.compile(r"\s*\d+\s*\r?\n")


def check_captions(file: BinaryIO, extension: str) -> None:
    """Refuse what is not text (DAMAGED) or no captions of this format (WRONG_TYPE)."""
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(Refusal.DAMAGED) from None
    begins = _BEGINS_AS_VTT if extension == "vtt" else _BEGINS_AS_SRT
    if "\0" in text or not begins.match(text) or not _TIMES.search(text):
        raise Refused(Refusal.WRONG_TYPE)
