"""Caption files as people bring them, WebVTT and SubRip: what they say, and what is wrong where.

One walk over the lines gives both. What is harmless is passed over (a comma in a time, missing
hours, cue numbers, NOTE and STYLE blocks, tags of colour and position); what would lose words or
show them at the wrong moment is a fault, with its line.
"""

import html
import re
from dataclasses import dataclass, field
from enum import Enum, auto
from io import StringIO

from lms.lessons.rules.caption_encoding import decode
from lms.lessons.rules.captions import (
    LONGEST_CUE,
    MOST_CUES,
    CaptionFault,
    CaptionRefused,
    Captions,
    Cue,
    faults_of_times,
    is_too_fast,
    is_too_long,
    parse_time,
    plain,
)

MOST_BYTES = 2_000_000
MOST_FAULTS = 50
LONGEST_DETAIL = 60

ARROW = "-->"
_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
_ASIDE = re.compile(r"NOTE(?:[ \t].*)?|STYLE[ \t]*|REGION[ \t]*")
_TIMING_AMID_WORDS = re.compile(r"\s*\d[\d:.,\uff1a]*\s*-->")
_CLOCK = re.compile(r"\s*\d{1,3}[:\uff1a]\d{1,2}[:.,\uff1a]\d")

_SPEAKER = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:b|c|font|i|lang|rt|ruby|s|u|v)(?:[.\s][^<>]*)?>|<\d[\d:.]*>", re.IGNORECASE
)
_SUBRIP_POSITION = re.compile(r"\{\\[^{}]*\}")


@dataclass(frozen=True)
class FoundFault:
    """One fault. `line` counts from 1, None is the whole file; `detail` is what stands there."""

    line: int | None
    code: CaptionFault
    detail: str = ""


def parse_captions(raw: bytes | str) -> Captions:
    """Return the cues of a WebVTT or SubRip file, in the order of the file, without their markup.

    A cue nobody could be shown (no readable time, no words, no length) is left out: ask
    `faults_of` before keeping what came from a person.
    """
    return Captions(tuple(_Reading(raw).cues))


def faults_of(raw: bytes | str, *, length_ms: int | None = None) -> list[FoundFault]:
    """Return what is wrong with a caption file, in the order of its lines.

    Of more than fifty faults fifty are told, errors rather than warnings. `length_ms` is the
    recording's length, when it is known.
    """
    reading = _Reading(raw, length_ms)
    found = [*reading.errors, *reading.warnings][:MOST_FAULTS]
    return sorted(found, key=lambda fault: fault.line or 0)


class _Place(Enum):
    IN_HEADER = auto()
    BETWEEN = auto()
    IN_ASIDE = auto()
    AFTER_LABEL = auto()
    IN_WORDS = auto()


@dataclass
class _OpenCue:
    """The cue whose words are being read; when it has no times it is lost and they are dropped."""

    line: int
    times: tuple[int, int] | None
    words: list[str] = field(default_factory=list)
    size: int = 0


class _Reading:
    """One walk over a file. It ends early at fifty errors or one cue too many."""

    def __init__(self, raw: bytes | str, length_ms: int | None = None) -> None:
        self.cues: list[Cue] = []
        self.errors: list[FoundFault] = []
        self.warnings: list[FoundFault] = []
        self._length_ms = length_ms
        self._is_webvtt = False
        self._place = _Place.BETWEEN
        self._label = (0, "")
        self._cue: _OpenCue | None = None
        self._times_before = (0, 0)
        self._has_too_many = False
        self._walk(self._text_of(raw))
        if not self.cues and not self.errors:
            self._note(None, CaptionFault.NOT_CAPTIONS)

    def _text_of(self, raw: bytes | str) -> str:
        """Return the characters of the file, none when they cannot be read or are too many."""
        if len(raw) > MOST_BYTES:
            self._note(None, CaptionFault.TOO_LARGE, str(len(raw)))
            return ""
        try:
            text = raw if isinstance(raw, str) else decode(raw)
        except UnicodeDecodeError as error:
            read = error.object[: error.start].decode(error.encoding, "ignore")
            self._note(read.count("\n") + 1, CaptionFault.UNREADABLE_ENCODING)
            return ""
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self._note(line, CaptionFault.UNREADABLE_ENCODING)
            return ""
        return text.removeprefix("\ufeff") if ARROW in text else ""

    def _walk(self, text: str) -> None:
        is_first = True
        for number, line in enumerate(StringIO(text, newline=None), 1):
            if is_first and _HEADER.fullmatch(line.rstrip()):
                self._is_webvtt, self._place = True, _Place.IN_HEADER
            else:
                self._take(number, line)
            is_first = is_first and not line.strip()
            if self._has_too_many or len(self.errors) >= MOST_FAULTS:
                return
        self._end_block()
        self._close_cue()

    def _note(self, line: int | None, code: CaptionFault, detail: str = "") -> None:
        kept = self.warnings if code.is_warning else self.errors
        if len(kept) < MOST_FAULTS:
            detail = " ".join(detail.strip()[:LONGEST_DETAIL].split())
            kept.append(FoundFault(line, code, detail))

    # --- lines and blocks --------------------------------------------------------------

    def _take(self, number: int, line: str) -> None:
        if not line.strip():
            self._end_block()
        elif self._is_timing(line):
            self._open_cue(number, line)
        elif self._place is _Place.BETWEEN:
            self._begin_block(number, line)
        elif self._place is _Place.AFTER_LABEL:
            self._go_on_after_label(number, line)
        elif self._place is _Place.IN_WORDS:
            self._add_words(number, line)

    def _is_timing(self, line: str) -> bool:
        """Tell whether a cue begins here; an arrow amid words is one of the words."""
        if ARROW not in line or self._place is _Place.IN_ASIDE:
            return False
        if self._place in {_Place.IN_HEADER, _Place.IN_WORDS}:
            return _TIMING_AMID_WORDS.match(line) is not None
        return True

    def _begin_block(self, number: int, line: str) -> None:
        if self._is_webvtt and _ASIDE.fullmatch(line.rstrip()):
            self._place = _Place.IN_ASIDE
        elif _CLOCK.match(line):
            self._lose(number, line)
        else:
            self._label, self._place = (number, line), _Place.AFTER_LABEL

    def _go_on_after_label(self, number: int, line: str) -> None:
        """Take the second line of a block without times: words that an empty line cut off.

        After a number it is where the times should be.
        """
        label_number, label = self._label
        if self._label_is_number():
            self._lose(number, line)
        elif self._cue is None:
            self._lose(label_number, label)
        else:
            self._place = _Place.IN_WORDS
            self._add_words(label_number, label)
            self._add_words(number, line)

    def _end_block(self) -> None:
        if self._place is _Place.AFTER_LABEL and not self._label_is_number():
            number, label = self._label
            if self._cue is None:
                self._lose(number, label)
            else:
                self._add_words(number, label)
        self._place = _Place.BETWEEN

    def _label_is_number(self) -> bool:
        return self._label[1].strip().isdecimal()

    def _lose(self, number: int, line: str) -> None:
        """Say that there should be times here, and drop the words that follow."""
        self._note(number, CaptionFault.TIME_UNREADABLE, line)
        self._close_cue()
        self._cue, self._place = _OpenCue(number, None), _Place.IN_WORDS

    # --- cues --------------------------------------------------------------------------

    def _open_cue(self, number: int, line: str) -> None:
        if self._place is _Place.IN_WORDS:
            self._drop_number_of_next()
        times = _times_in(line)
        if times is None:
            self._lose(number, line)
            return
        self._close_cue()
        self._cue, self._place = _OpenCue(number, times), _Place.IN_WORDS
        self._judge_times(number, line, times)

    def _drop_number_of_next(self) -> None:
        """Take the next cue's number off this one's words, where no empty line parts the two."""
        if self._cue and self._cue.words and self._cue.words[-1].isdecimal():
            self._cue.words.pop()

    def _judge_times(self, number: int, line: str, times: tuple[int, int]) -> None:
        for code in faults_of_times(times, self._times_before, self._length_ms):
            self._note(number, code, line)
        self._times_before = times

    def _add_words(self, number: int, line: str) -> None:
        if self._cue is None or self._cue.times is None:
            return
        for words in _plain_lines(line, is_webvtt=self._is_webvtt):
            self._cue.words.append(words)
            self._cue.size += len(words) + 1
            if self._cue.size > LONGEST_CUE + 1:
                self._note(self._cue.line, CaptionFault.TOO_LONG_CUE)
                self._cue = _OpenCue(number, None)
                return
            if is_too_long(words):
                self._note(number, CaptionFault.TOO_LONG_LINE, words)

    def _close_cue(self) -> None:
        cue, self._cue = self._cue, None
        if cue is None or cue.times is None:
            return
        if not cue.words:
            self._note(cue.line, CaptionFault.EMPTY_CUE)
        elif cue.times[0] < cue.times[1]:
            self._keep(cue.line, Cue(*cue.times, "\n".join(cue.words)))

    def _keep(self, line: int, cue: Cue) -> None:
        if len(self.cues) == MOST_CUES:
            self._has_too_many = True
            self._note(line, CaptionFault.TOO_MANY)
            return
        self.cues.append(cue)
        if is_too_fast(cue):
            self._note(line, CaptionFault.TOO_FAST, cue.text)


def _times_in(line: str) -> tuple[int, int] | None:
    """Return start and end of a timing line; what stands after the end is layout."""
    start, _, rest = line.partition(ARROW)
    end = "".join(rest.split(maxsplit=1)[:1])
    try:
        return parse_time(start), parse_time(end)
    except CaptionRefused:
        return None


def _plain_lines(line: str, *, is_webvtt: bool) -> list[str]:
    """Return the words of a line without markup; tags that are no caption's stay as words."""
    if not is_webvtt:
        line = _SUBRIP_POSITION.sub("", line)
    line = _BREAK.sub("\n", line)
    line = _SPEAKER.sub(lambda tag: f"{tag[1].strip()}: ", line)
    words = plain(html.unescape(_TAG.sub("", line)))
    return words.split("\n") if words else []
