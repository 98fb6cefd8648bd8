"""What versions of a course are compared by, and what can be other in one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from lms.core.text import TextInLanguages
from lms.lessons.models import LessonKind
from lms.lessons.rules.word_differences import Piece

# --- the facts -------------------------------------------------------------------------


@dataclass(frozen=True)
class Recording:
    """The recording of a session: the file it is, bytes and seconds."""

    storage_key: str
    size: int
    seconds: int


@dataclass(frozen=True)
class AskedQuestion:
    """The question after a session, with its answer."""

    prompt: TextInLanguages
    choices: tuple[TextInLanguages, ...]
    correct_choice: int
    explanation: TextInLanguages | None


@dataclass(frozen=True)
class SessionFacts:
    """A session as far as versions are compared; captions by language, materials by title."""

    title: TextInLanguages
    kind: LessonKind
    minutes: int
    body: TextInLanguages | None = None
    recording: Recording | None = None
    question: AskedQuestion | None = None
    captions: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModuleFacts:
    """A module with its sessions in order; its planned minutes by kind."""

    title: TextInLanguages
    minutes: Mapping[str, int]
    sessions: tuple[SessionFacts, ...] = ()


@dataclass(frozen=True)
class VersionFacts:
    """What a version says of the course, by column, and its modules in order."""

    content: Mapping[str, Any]
    modules: tuple[ModuleFacts, ...] = ()


# --- the changes -----------------------------------------------------------------------


@dataclass(frozen=True)
class FieldChanged:
    """A value is another."""

    what: ClassVar[str] = "field"
    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class TextChanged:
    """A text reads differently in one language; one that came or went is all of one fate."""

    what: ClassVar[str] = "text"
    name: str
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ListChanged:
    """Of several things some came and some went; neither, when only their order is another."""

    what: ClassVar[str] = "list"
    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class RecordingReplaced:
    """There is another recording, or one where there was none, or none any more."""

    what: ClassVar[str] = "recording"
    old: Recording | None
    new: Recording | None


@dataclass(frozen=True)
class Moved:
    """A module or session stands in another place among those that stayed, as "2.3"."""

    what: ClassVar[str] = "moved"
    old: str
    new: str


Change = FieldChanged | TextChanged | ListChanged | RecordingReplaced | Moved


class Part(StrEnum):
    """What a version consists of."""

    COURSE = "course"
    MODULE = "module"
    SESSION = "session"


class Outcome(StrEnum):
    """What became of a part."""

    CHANGED = "changed"
    MOVED = "moved"  # and nothing else
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class ChangedPart:
    """A part that is other than it was; `place` is the new one, of a removed part the old one."""

    part: Part
    outcome: Outcome
    title: TextInLanguages
    place: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What differs, in the order of the new outline; what is gone stands where it stood."""

    parts: tuple[ChangedPart, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many parts came to that."""
        return sum(part.outcome == outcome for part in self.parts)
