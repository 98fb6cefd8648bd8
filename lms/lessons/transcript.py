"""Captions as text to read: the same WebVTT, without its timing lines."""

from dataclasses import dataclass
from functools import lru_cache

from lms.i18n.formats import clock_length
from lms.lessons.rules.caption_files import parse_captions


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
        Cue(second, clock_length(second), " ".join(cue.text.split()))
        for cue in parse_captions(text).cues
        for second in (cue.start_ms // 1000,)
    )
