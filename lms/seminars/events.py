"""What seminars announces. Handlers run in the same transaction, after the rows are written."""

from dataclasses import dataclass
from datetime import datetime

from lms.seminars.models import AttendanceStatus


@dataclass(frozen=True)
class AttendanceSettled:
    """What a person's attendance of a lesson earns is final, or was changed after it had been.

    Of several sittings that repeat the lesson it is the best. `minutes` are recognised minutes,
    before the caps on sums. Announced again with other figures it replaces what was said before.
    """

    enrolment_id: int
    lesson_id: int
    status: AttendanceStatus
    minutes: int
    at: datetime
