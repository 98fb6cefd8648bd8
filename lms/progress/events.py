"""What progress announces. Handlers run in the same transaction, after the rows are written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CourseCompleted:
    """A trainee has reached the completion rule of a run; announced once per enrolment.

    Handlers may rely on the completion row with its figures and on the enrolment's new state.
    """

    enrolment_id: int
    run_id: int
    person_id: int
    completion_id: int
    at: datetime
