"""What a list of caption tracks says of each."""

from dataclasses import dataclass
from functools import lru_cache

from lms.lessons.rules.caption_files import parse_captions
from lms.lessons.rules.captions import faults_of_times, faults_of_words


@dataclass(frozen=True)
class CaptionSummary:
    """How many cues a track has, how many of them are hard to read, and when the last ends."""

    cues: int
    warnings: int
    last_second: int


@lru_cache(maxsize=256)
def summary_of(webvtt: str) -> CaptionSummary:
    """Return the summary of a track; kept, for pages ask for the same ones over and over."""
    cues = parse_captions(webvtt).cues
    before, warned = (0, 0), 0
    for cue in cues:
        times = cue.start_ms, cue.end_ms
        warned += bool(faults_of_times(times, before, None) or faults_of_words(cue))
        before = times
    return CaptionSummary(len(cues), warned, before[1] // 1000)
