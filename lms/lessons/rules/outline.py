"""What keeps the outline of a version from being published, and what its makers should know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from lms.core.text import TextInLanguages
from lms.courses.models import Module
from lms.courses.rules.versions import FoundFault, has_all_titles
from lms.lessons.models import LessonKind

# Which of a module's planned minutes a session of a kind draws on (DOMAIN 2.7, "hours by type").
HOURS_OF_KIND = {
    LessonKind.LIVE: "live",
    LessonKind.RECORDED: "recorded",
    LessonKind.READING: "recorded",
    LessonKind.PRACTICE: "practice",
    LessonKind.FIELD: "field",
    LessonKind.DISCUSSION: "discussion",
}
NEVER_COUNTS = frozenset({LessonKind.CEREMONY, LessonKind.BREAK})
STUDIED_ALONE = frozenset({LessonKind.RECORDED, LessonKind.READING})
LONGEST_TEXT = 60_000  # of a session in one language, in characters


class OutlineFault(StrEnum):
    """What keeps a version from being published."""

    HOURS = "hours"
    LESSON_TITLE = "lesson_title"
    NO_RECORDING = "no_recording"
    NO_TEXT = "no_text"
    ON_ITS_WAY = "on_its_way"


class OutlineWarning(StrEnum):
    """What its makers should know before they publish."""

    NO_CAPTIONS = "no_captions"
    NO_QUESTION = "no_question"
    NO_SESSIONS = "no_sessions"


@dataclass(frozen=True)
class EditedRow:
    """A session as a line of the outline editor."""

    id: int
    module_id: int
    position: int
    kind: LessonKind
    title: TextInLanguages
    recognised_minutes: int
    duration_seconds: int
    has_text: bool
    has_question: bool
    has_recording: bool
    captions: tuple[str, ...]
    materials: int
    on_their_way: int


def minutes_by_kind(rows: Iterable[EditedRow]) -> dict[str, int]:
    """Return the recognised minutes of sessions by the kind of a module's hours."""
    minutes: dict[str, int] = {}
    for row in rows:
        if row.kind in HOURS_OF_KIND:
            kind = HOURS_OF_KIND[row.kind]
            minutes[kind] = minutes.get(kind, 0) + row.recognised_minutes
    return minutes


def faults_of_outline(modules: Sequence[Module], rows: Sequence[EditedRow]) -> list[FoundFault]:
    """Return what keeps an outline from being published.

    Sessions need titles in Korean and English, a recording its film, a reading its text. A module
    whose sessions count must plan just their hours, by kind; one without sessions only plans.
    """
    found = []
    for row in rows:
        if not has_all_titles(row.title):
            found.append(_at(OutlineFault.LESSON_TITLE, row))
        if row.on_their_way:
            found.append(_at(OutlineFault.ON_ITS_WAY, row))
        elif row.kind == LessonKind.RECORDED and not row.has_recording:
            found.append(_at(OutlineFault.NO_RECORDING, row))
        if row.kind == LessonKind.READING and not row.has_text:
            found.append(_at(OutlineFault.NO_TEXT, row))
    by_module = {key: list(each) for key, each in groupby(rows, key=lambda row: row.module_id)}
    for module in modules:
        have = minutes_by_kind(by_module.get(module.id, ()))
        planned = {kind: minutes for kind, minutes in module.minutes_by_kind if minutes}
        if any(have.values()) and {kind: n for kind, n in have.items() if n} != planned:
            found.append(FoundFault(OutlineFault.HOURS, module_id=module.id))
    return found


def warnings_of_outline(modules: Sequence[Module], rows: Sequence[EditedRow]) -> list[FoundFault]:
    """Return what makers should know: captions and questions that are missing, empty modules."""
    found = []
    for row in rows:
        if row.kind == LessonKind.RECORDED:
            if not row.captions:
                found.append(_at(OutlineWarning.NO_CAPTIONS, row))
            if not row.has_question:
                found.append(_at(OutlineWarning.NO_QUESTION, row))
    filled = {row.module_id for row in rows}
    found += [
        FoundFault(OutlineWarning.NO_SESSIONS, module_id=module.id)
        for module in modules
        if module.id not in filled
    ]
    return found


def _at(fault: StrEnum, row: EditedRow) -> FoundFault:
    return FoundFault(fault, module_id=row.module_id, lesson_id=row.id)
