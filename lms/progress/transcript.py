"""Captions as text to read: the same WebVTT, without its timing lines."""

from dataclasses import dataclass
from functools import lru_cache

import webvtt


@dataclass(frozen=True)
class Cue:
    """What is said from one second on."""

    second: int
    text: str


@lru_cache(maxsize=128)
def cues_of(text: str) -> tuple[Cue, ...]:
    """Return the cues of a WebVTT file; kept, as every reader of a lesson asks for the same."""
    return tuple(
        Cue(int(caption.start_in_seconds), " ".join(caption.text.split()))
        for caption in webvtt.from_string(text).captions
    )
