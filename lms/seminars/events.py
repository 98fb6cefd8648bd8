"""What seminars announces. Handlers run in the same transaction, after the rows are written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AttendanceSettled:
    """What a person's attendance of a lesson earns is final, or was changed after it had been.

    Of several sittings that repeat the lesson the best counts. Minutes are recognised minutes:
    `attended`, and what an excuse or making up grants beside them, before the caps on sums.
    Announced again with other figures it replaces what was said before.
    """

    enrolment_id: int
    lesson_id: int
    attended: int
    excused: int
    made_up: int
    at: datetime
