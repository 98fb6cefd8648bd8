"""Captions as they are kept: cues with times and plain words, and the edits made to them."""

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

MOST_CUES = 5_000
LONGEST_CUE = 1_000  # characters: what is longer is no caption, and no page could show it

# A line of captions holds 42 narrow or 20 wide characters, a second of reading 25 or 12. In a
# mixture each character takes its own share of that room.
NARROW_IN_LINE, WIDE_IN_LINE = 42, 20
NARROW_IN_SECOND, WIDE_IN_SECOND = 25, 12

_TIME = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,6}):)?(\d{1,6})(?:\.(\d{1,9}))?")
# Full-width comma, point and colon, and the Arabic decimal mark, are what some keyboards give.
_TIME_MARKS = str.maketrans(",\uff0c\uff0e\u066b\uff1a", "....:")
_UNWRITABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class CaptionFault(StrEnum):
    """What can be wrong with captions; all but the warnings keep them from being kept."""

    NOT_CAPTIONS = "not_captions"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNREADABLE_ENCODING = "unreadable_encoding"
    TIME_UNREADABLE = "time_unreadable"
    END_BEFORE_START = "end_before_start"
    BEFORE_START = "before_start"
    AFTER_END = "after_end"
    OUT_OF_ORDER = "out_of_order"
    PAST_NEXT = "past_next"
    EMPTY_CUE = "empty_cue"
    TOO_LONG_CUE = "too_long_cue"
    NO_SUCH_CUE = "no_such_cue"
    OVERLAP = "overlap"
    TOO_LONG_LINE = "too_long_line"
    TOO_FAST = "too_fast"

    @property
    def is_warning(self) -> bool:
        """Tell whether captions may be kept in spite of it."""
        return self in {CaptionFault.OVERLAP, CaptionFault.TOO_LONG_LINE, CaptionFault.TOO_FAST}


FAULTS_OF_TEXT = {
    CaptionFault.EMPTY_CUE,
    CaptionFault.TOO_LONG_CUE,
    CaptionFault.TOO_LONG_LINE,
    CaptionFault.TOO_FAST,
}


class CaptionRefused(ValueError):
    """An edit that would leave captions nobody could keep; `code` says why."""

    def __init__(self, code: CaptionFault) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Cue:
    """What is shown from one moment to another: plain text, its lines parted by a newline."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class Captions:
    """The cues of one language."""

    cues: tuple[Cue, ...] = ()


# --- words -----------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return the text as a cue keeps it: no empty line, no control character, no outer space."""
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    return "\n".join(line for each in lines if (line := _UNWRITABLE.sub(" ", each).strip()))


def is_too_long(line: str) -> bool:
    """Tell whether a phone, which breaks it by itself, would show a line in more than two."""
    narrow, wide = _characters(line)
    lines = Fraction(narrow, NARROW_IN_LINE) + Fraction(wide, WIDE_IN_LINE)
    return lines > 2


def is_too_fast(cue: Cue) -> bool:
    """Tell whether a cue asks for faster reading than most people manage."""
    narrow, wide = _characters(cue.text)
    asked = (narrow * WIDE_IN_SECOND + wide * NARROW_IN_SECOND) * 1000
    return asked > NARROW_IN_SECOND * WIDE_IN_SECOND * (cue.end_ms - cue.start_ms)


def _characters(text: str) -> tuple[int, int]:
    """Return how many characters are narrow and how many wide; a mark on a letter is none.

    The text is not normalised first: on a long run of marks that takes time in its square.
    """
    shown = [char for char in text if not unicodedata.combining(char)]
    wide = sum(unicodedata.east_asian_width(char) in {"W", "F"} for char in shown)
    return len(shown) - wide, wide


def faults_of_words(cue: Cue) -> list[CaptionFault]:
    """Return what makes the words of a cue hard to read: warnings only."""
    found = []
    if any(is_too_long(line) for line in cue.text.split("\n")):
        found.append(CaptionFault.TOO_LONG_LINE)
    if is_too_fast(cue):
        found.append(CaptionFault.TOO_FAST)
    return found


# --- times -----------------------------------------------------------------------------


def faults_of_times(
    times: tuple[int, int], before: tuple[int, int], length_ms: int | None
) -> list[CaptionFault]:
    """Return what is wrong with start and end of a cue, after those of the cue before it."""
    start, end = times
    found = []
    if end <= start:
        found.append(CaptionFault.END_BEFORE_START)
    if start < before[0]:
        found.append(CaptionFault.OUT_OF_ORDER)
    elif start < before[1]:
        found.append(CaptionFault.OVERLAP)
    if length_ms is not None and start >= length_ms:
        found.append(CaptionFault.AFTER_END)
    return found


def parse_time(text: str) -> int:
    """Return the milliseconds of a time such as 1:02:03.450, 01:02,5 or 62.5.

    Digits of any script are read, and a fraction is cut after its third. Raises CaptionRefused
    with TIME_UNREADABLE.
    """
    found = _TIME.fullmatch(text.strip().translate(_TIME_MARKS))
    if found is None:
        raise CaptionRefused(CaptionFault.TIME_UNREADABLE)
    hours, minutes, seconds, fraction = found.groups()
    if (minutes and int(seconds) >= 60) or (hours and int(minutes) >= 60):
        raise CaptionRefused(CaptionFault.TIME_UNREADABLE)
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "")[:3].ljust(3, "0"))


def format_time(ms: int) -> str:
    """Return milliseconds as WebVTT writes them: 02:03.450, and 01:02:03.450 from an hour on."""
    minutes, rest = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
    return f"{hours:02}:{clock}" if hours else clock


# --- the file --------------------------------------------------------------------------


def to_webvtt(captions: Captions) -> str:
    """Return the captions as WebVTT; reading it gives the same captions again."""
    blocks = ["WEBVTT"]
    for cue in captions.cues:
        times = f"{format_time(cue.start_ms)} --> {format_time(cue.end_ms)}"
        blocks.append(f"{times}\n{html.escape(plain(cue.text), quote=False)}")
    return "\n\n".join(blocks) + "\n"


def to_subrip(captions: Captions) -> str:
    """Return the captions as SubRip, for programs that read no WebVTT; it has no way to escape."""
    blocks = []
    for number, cue in enumerate(captions.cues, 1):
        times = f"{_subrip_time(cue.start_ms)} --> {_subrip_time(cue.end_ms)}"
        blocks.append(f"{number}\n{times}\n{plain(cue.text)}\n")
    return "\n".join(blocks)


def _subrip_time(ms: int) -> str:
    hours, rest = divmod(ms, 3_600_000)
    return f"{hours:02}:{format_time(rest)}".replace(".", ",")


# --- edits -----------------------------------------------------------------------------


def edit_cue(captions: Captions, index: int, *, start_ms: int, end_ms: int, text: str) -> Captions:
    """Return the captions with other times and words in one cue, which moves to where it starts.

    Raises CaptionRefused as `insert_cue` does, and with NO_SUCH_CUE.
    """
    return insert_cue(remove_cue(captions, index), start_ms=start_ms, end_ms=end_ms, text=text)


def insert_cue(captions: Captions, *, start_ms: int, end_ms: int, text: str) -> Captions:
    """Return the captions with one cue more, after those that start no later.

    Raises CaptionRefused with BEFORE_START, END_BEFORE_START, EMPTY_CUE, TOO_LONG_CUE or
    TOO_MANY.
    """
    cue = sound(Cue(start_ms, end_ms, plain(text)))
    if len(captions.cues) >= MOST_CUES:
        raise CaptionRefused(CaptionFault.TOO_MANY)
    before = sum(other.start_ms <= start_ms for other in captions.cues)
    return Captions((*captions.cues[:before], cue, *captions.cues[before:]))


def remove_cue(captions: Captions, index: int) -> Captions:
    """Return the captions without one cue; raises CaptionRefused with NO_SUCH_CUE."""
    if not 0 <= index < len(captions.cues):
        raise CaptionRefused(CaptionFault.NO_SUCH_CUE)
    return Captions(captions.cues[:index] + captions.cues[index + 1 :])


def shift_all(captions: Captions, by_ms: int, *, length_ms: int | None = None) -> Captions:
    """Return the captions with every cue later, or earlier when `by_ms` is negative.

    Raises CaptionRefused with BEFORE_START or AFTER_END when a cue would start outside the
    recording, whose length is `length_ms` when it is known.
    """
    last = max((cue.start_ms for cue in captions.cues), default=0)
    if by_ms > 0 and length_ms is not None and last + by_ms >= length_ms:
        raise CaptionRefused(CaptionFault.AFTER_END)
    return Captions(
        tuple(
            sound(replace(cue, start_ms=cue.start_ms + by_ms, end_ms=cue.end_ms + by_ms))
            for cue in captions.cues
        )
    )


def sound(cue: Cue) -> Cue:
    """Return the cue, if it can be kept.

    Raises CaptionRefused with BEFORE_START, END_BEFORE_START, EMPTY_CUE or TOO_LONG_CUE.
    """
    if cue.start_ms < 0:
        raise CaptionRefused(CaptionFault.BEFORE_START)
    if cue.end_ms <= cue.start_ms:
        raise CaptionRefused(CaptionFault.END_BEFORE_START)
    if not cue.text:
        raise CaptionRefused(CaptionFault.EMPTY_CUE)
    if len(cue.text) > LONGEST_CUE:
        raise CaptionRefused(CaptionFault.TOO_LONG_CUE)
    return cue
