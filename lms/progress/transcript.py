"""Captions as text to read: the same WebVTT, without its timing lines."""

from dataclasses import dataclass
from functools import lru_cache

import webvtt

from lms.i18n.formats import clock_length


@dataclass(frozen=True)
class Cue:
    """What is said from one second on."""

    second: int
    clock: str
    text: str


@lru_cache(maxsize=128)
def cues_of(text: str) -> tuple[Cue, ...]:
    """Return the cues of a WebVTT file; kept, as every reader of a lesson asks for the same."""
    return tuple(
        Cue(second, clock_length(second), " ".join(caption.text.split()))
        for caption in webvtt.from_string(text).captions
        for second in (int(caption.start_in_seconds),)
    )
