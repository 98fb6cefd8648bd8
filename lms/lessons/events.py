"""What lessons announces. Handlers run in the same transaction, after the rows are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.lessons.models import Rendition


@dataclass(frozen=True)
class HeldFile:
    """One rendition of a recording, stored as a whole; no row names it yet."""

    rendition: Rendition
    storage_key: str
    mimetype: str
    size: int


@dataclass(frozen=True)
class HeldRecordingReady:
    """A recording of a lesson as it was held once is prepared in all its renditions.

    `owner_id` is the row it was sent for, of the package above that began to receive it. What no
    row names in the end is deleted.
    """

    owner_id: int
    lesson_id: int
    files: Sequence[HeldFile]
    duration_seconds: int
    at: datetime
