"""What enrolment announces. Handlers run in the same transaction, after the rows are written."""

from dataclasses import dataclass
from datetime import datetime

from lms.enrolment.models import RunState


@dataclass(frozen=True)
class PersonEnrolled:
    """A person has enrolled in a run, for the first time or again after leaving.

    Handlers may rely on the enrolment row being there and active; they must bear a second time.
    """

    enrolment_id: int
    run_id: int
    person_id: int
    at: datetime


@dataclass(frozen=True)
class PersonWithdrew:
    """A person has left a run; their seat is free and their record is kept."""

    enrolment_id: int
    at: datetime


@dataclass(frozen=True)
class RunStateChanged:
    """A run has passed from one state to another."""

    run_id: int
    old: RunState
    new: RunState
    at: datetime
    reason: str = ""
