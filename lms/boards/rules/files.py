"""What may go with a post, how much of it, and what has to be said of a picture (DOMAIN 3.6)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from lms.boards.rules.personal_data import has_resident_number
from lms.lessons.models import IntakeState
from lms.media.kinds import ACCEPTED, FileKind, expected_kind

MEGABYTE = 1_000_000  # as sizes are shown

MOST_FILES = 10  # of one post
MOST_BYTES = 200 * MEGABYTE  # of one person, sent and not posted yet
MOST_WORDS = 500

SIZE_LIMITS: Mapping[FileKind, int] = {
    FileKind.IMAGE: 10 * MEGABYTE,
    FileKind.DOCUMENT: 25 * MEGABYTE,
    FileKind.TEXT: 25 * MEGABYTE,
}
LARGEST = max(SIZE_LIMITS.values())
LARGEST_FORM = 100 * MEGABYTE  # files that come whole, with everything else of a form


class Fault(StrEnum):
    """Why a post cannot be sent with a file as it is."""

    RECEIVING = "receiving"
    REFUSED = "refused"
    FAILED = "failed"
    NO_WORDS = "no_words"
    NO_CONSENT = "no_consent"
    RESIDENT_NUMBER = "resident_number"


class Described(Protocol):
    """What is asked of a file before others see it."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> IntakeState: ...
    @property
    def alternative_text(self) -> str: ...
    @property
    def shows_people(self) -> bool: ...
    @property
    def has_consent(self) -> bool: ...


def size_limit(file_name: str) -> int | None:
    """Return how large a file of this name may be, or None when such files are not taken."""
    kind = expected_kind(file_name)
    return None if kind is None else SIZE_LIMITS.get(kind)


def endings_of_posts() -> list[str]:
    """Return the endings of names that are taken, with their dots: what a file field accepts."""
    return [f".{ending}" for ending, accepted in ACCEPTED.items() if accepted.kind in SIZE_LIMITS]


def is_recording(file_name: str) -> bool:
    """Tell whether it is a film or sound, which a post links to."""
    return expected_kind(file_name) in {FileKind.VIDEO, FileKind.AUDIO}


def is_picture(file_name: str) -> bool:
    """Tell whether a file of this name is a picture."""
    return expected_kind(file_name) == FileKind.IMAGE


def fault_of(file: Described) -> Fault | None:
    """Return why a post cannot be sent with a file as it is.

    One that is being looked at may go: it is seen once it is ready. Of a picture has to be said
    what it shows, for those who do not see it, and that people in it have agreed to be shown.
    """
    if file.state == IntakeState.RECEIVING:
        return Fault.RECEIVING
    if file.state == IntakeState.REFUSED:
        return Fault.REFUSED
    if file.state == IntakeState.FAILED:
        return Fault.FAILED
    if not is_picture(file.name):
        return None
    if not file.alternative_text:
        return Fault.NO_WORDS
    return Fault.NO_CONSENT if file.shows_people and not file.has_consent else None


def fault_in_form(file: Described) -> Fault | None:
    """Return why a form cannot send a file as it describes it.

    A resident registration number is looked for here alone: each page that shows the file would
    take long over it.
    """
    fault = fault_of(file)
    if fault is None and has_resident_number(f"{file.alternative_text}\n{file.name}"):
        return Fault.RESIDENT_NUMBER
    return fault


def is_shown(file: Described) -> bool:
    """Tell whether others than its sender may see a file that belongs to a post."""
    return file.state == IntakeState.READY and fault_of(file) is None
