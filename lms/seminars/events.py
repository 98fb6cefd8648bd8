"""What seminars announces. Handlers run in the same transaction, after the rows are written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AttendanceSettled:
    """What a person's attendance of a lesson earns is final, or was changed after it had been.

    Of several sittings that repeat the lesson the best counts. Minutes are recognised minutes:
    `attended`, and what an excuse or making up grants beside them, before the caps on sums.
    `in_full` tells whether nothing of the lesson is left to them: a ceremony has no minutes.
    Announced again with other figures it replaces what was said before.
    """

    enrolment_id: int
    lesson_id: int
    attended: int
    excused: int
    made_up: int
    in_full: bool
    at: datetime


@dataclass(frozen=True)
class OutageCertified:
    """A focal point has certified that power or line failed for somebody in a sitting of their
    run: from now on more of what they make up counts. Announced once per sitting and enrolment.
    """

    enrolment_id: int
    at: datetime
