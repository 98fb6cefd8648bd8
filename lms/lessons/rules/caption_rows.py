"""Captions as rows of a page: which cues stand on it, and what was typed into them.

A page stands for a span of the recording, not for places in a list: rows may be added and taken
out while it is open, and a later save still replaces what the first one left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lessons.rules.captions import (
    LONGEST_CUE,
    MOST_CUES,
    CaptionFault,
    CaptionRefused,
    Captions,
    Cue,
    faults_of_times,
    faults_of_words,
    format_time,
    parse_time,
    plain,
    sound,
)

ON_PAGE = 25
PROPOSED_MS = 3_000

# A form gives back what was typed, but not what nobody types.
LONGEST_TIME = 40
LONGEST_TEXT = 2 * LONGEST_CUE


@dataclass(frozen=True)
class Row:
    """A cue as it stands in a form. `hint` is what its words translate."""

    start: str
    end: str
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Span:
    """The cues that start after one moment and before another; None is the end."""

    after_ms: int = -1
    until_ms: int | None = None

    def has_reached(self, cue: Cue) -> bool:
        """Tell whether a cue starts late enough."""
        return cue.start_ms > self.after_ms

    def has_passed(self, cue: Cue) -> bool:
        """Tell whether a cue starts too late."""
        return self.until_ms is not None and cue.start_ms >= self.until_ms

    def holds(self, cue: Cue) -> bool:
        """Tell whether a cue belongs to the span."""
        return self.has_reached(cue) and not self.has_passed(cue)


@dataclass(frozen=True)
class ReadRows:
    """What rows say: the cues that can be read, and the faults of each row."""

    cues: tuple[Cue, ...]
    faults: tuple[tuple[CaptionFault, ...], ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether the cues may be kept."""
        return all(code.is_warning for codes in self.faults for code in codes)


# --- what stands on a page -------------------------------------------------------------


def spans_of(captions: Captions) -> list[Span]:
    """Return the span of each page; cues that start together stay on one, so it may be longer."""
    bounds: list[tuple[int, int]] = []
    size = 0
    for before, cue in zip(captions.cues, captions.cues[1:], strict=False):
        size += 1
        if size >= ON_PAGE and cue.start_ms > before.start_ms:
            bounds.append((before.start_ms, cue.start_ms))
            size = 0
    afters = [-1, *(after for after, _until in bounds)]
    untils = [*(until for _after, until in bounds), None]
    return [Span(after, until) for after, until in zip(afters, untils, strict=True)]


def page_at(spans: Sequence[Span], moment_ms: int) -> int:
    """Return the number of the page that a moment stands on, from 1."""
    return 1 + sum(span.until_ms is not None and moment_ms >= span.until_ms for span in spans)


def rows_of(captions: Captions, span: Span, source: Captions | None = None) -> list[Row]:
    """Return the rows of a span; beside a source also one without words for all not yet said.

    A cue says what the source says while it is shown: it holds the middle of the source's cue.
    """
    own = [cue for cue in captions.cues if span.holds(cue)]
    said = [cue for cue in source.cues if span.holds(cue)] if source else []
    rows = [(cue.start_ms, _row(cue, [each for each in said if _says(cue, each)])) for cue in own]
    rows += [
        (each.start_ms, Row(format_time(each.start_ms), format_time(each.end_ms), "", each.text))
        for each in said
        if not any(_says(cue, each) for cue in own)
    ]
    return [row for _start, row in sorted(rows, key=lambda pair: pair[0])]


def _says(cue: Cue, source: Cue) -> bool:
    return cue.start_ms <= (source.start_ms + source.end_ms) // 2 < cue.end_ms


def _row(cue: Cue, said: Sequence[Cue]) -> Row:
    hint = "\n".join(each.text for each in said)
    return Row(format_time(cue.start_ms), format_time(cue.end_ms), cue.text, hint)


def with_new_row(rows: Sequence[Row], place: int) -> list[Row]:
    """Return the rows with an empty one at a place, its times proposed after the row before."""
    place = min(max(place, 0), len(rows))
    start = max(0, moment_of(rows[place - 1].end)) if place else 0
    new = Row(format_time(start), format_time(start + PROPOSED_MS), "")
    return [*rows[:place], new, *rows[place:]]


def place_after(rows: Sequence[Row], moment_ms: int) -> int:
    """Return the place after all rows that start no later than a moment."""
    return sum(moment_of(row.start) <= moment_ms for row in rows)


def moment_of(text: str) -> int:
    """Return the milliseconds of a time as typed, -1 of what is none."""
    try:
        return parse_time(text)
    except CaptionRefused:
        return -1


# --- what was typed --------------------------------------------------------------------


def read_rows(
    rows: Sequence[Row], captions: Captions, span: Span, *, length_ms: int | None
) -> ReadRows:
    """Return what the rows of a span say, judged amid the captions around them.

    A row without words is no caption and has no faults, whatever its times.
    """
    cues, faults = [], []
    earlier = [cue for cue in captions.cues if not span.has_reached(cue)]
    before = (earlier[-1].start_ms, earlier[-1].end_ms) if earlier else (0, 0)
    for row in rows:
        codes: list[CaptionFault] = []
        if plain(row.text):
            try:
                cue = sound(Cue(parse_time(row.start), parse_time(row.end), plain(row.text)))
            except CaptionRefused as refusal:
                codes = [refusal.code]
            else:
                times = cue.start_ms, cue.end_ms
                codes = [*faults_of_times(times, before, length_ms), *_faults_of_place(cue, span)]
                codes += faults_of_words(cue)
                cues.append(cue)
                before = times
        faults.append(tuple(dict.fromkeys(codes)))
    return ReadRows(tuple(cues), tuple(faults))


def _faults_of_place(cue: Cue, span: Span) -> list[CaptionFault]:
    """A cue that left its span would be there twice after the next save of the same page."""
    if not span.has_reached(cue):
        return [CaptionFault.OUT_OF_ORDER]
    return [CaptionFault.PAST_NEXT] if span.has_passed(cue) else []


def replace_span(captions: Captions, span: Span, cues: Sequence[Cue]) -> Captions:
    """Return the captions with these cues in place of those of the span.

    Raises CaptionRefused with TOO_MANY.
    """
    earlier = [cue for cue in captions.cues if not span.has_reached(cue)]
    later = [cue for cue in captions.cues if span.has_reached(cue) and span.has_passed(cue)]
    if len(earlier) + len(cues) + len(later) > MOST_CUES:
        raise CaptionRefused(CaptionFault.TOO_MANY)
    return Captions((*earlier, *cues, *later))
