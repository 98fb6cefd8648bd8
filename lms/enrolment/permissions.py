"""Doors to runs and enrolments. `reader` is the `current_user` of the page."""

from typing import Any

from flask_babel import gettext as _

from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.courses.models import PublicationState
from lms.enrolment import queries, rules
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentState, RunState


def get_run_for_viewing(reader: Any, run_id: int) -> CourseRun:
    """Return a run with its course, if the reader may know of it; NotFound otherwise.

    Everybody may know of the runs of published courses once they are approved; staff and the
    run's instructors also of drafts; who is enrolled, of their run whatever became of the course.
    """
    run = queries.run_with_course(run_id)
    if run is None:
        raise NotFound
    is_public = (
        run.state not in rules.HIDDEN_STATES and run.course.state == PublicationState.PUBLISHED
    )
    if is_public or can_manage_run(reader, run):
        return run
    if reader.id is not None and queries.enrolment_of(reader.id, run_id) is not None:
        return run
    raise NotFound


def get_active_enrolment(reader: Any, run_id: int) -> Enrolment:
    """Return the reader's own active enrolment with run and course; NotFound without one.

    Active means enrolled, started or completed; staff and instructors have none by their role.
    """
    enrolment = queries.enrolment_of(reader.id, run_id) if reader.id is not None else None
    if enrolment is None or enrolment.state not in rules.ACTIVE_STATES:
        raise NotFound
    return enrolment


def get_enrolment_for_leaving(reader: Any, run_id: int) -> Enrolment:
    """Return the reader's own enrolment to leave; one already left too, for that is harmless.

    Raises NotFound without one, Conflict once they may no longer leave.
    """
    enrolment = queries.enrolment_of(reader.id, run_id)
    if enrolment is None:
        raise NotFound
    if enrolment.state in rules.LEFT_STATES:
        return enrolment
    if not rules.may_leave(EnrolmentState(enrolment.state), RunState(enrolment.run.state)):
        raise Conflict(_("You can no longer leave this run: you have completed it, or it is over."))
    return enrolment


def can_manage_run(reader: Any, run: CourseRun | queries.RunHead) -> bool:
    """Tell whether the reader may open the staff pages of a run: staff, and its instructors."""
    if reader.is_staff:
        return True
    return bool(reader.teaches) and queries.teaches_run(reader.id, run.id)


def can_change_run(reader: Any, run: CourseRun) -> bool:  # noqa: ARG001 - asked of a run
    """Tell whether the reader may change a run: staff; its instructors only read."""
    return bool(reader.is_staff)


def get_run_for_management(reader: Any, run_id: int) -> queries.RunHead:
    """Return a run for the staff pages; NotFound when it is out of reach."""
    run = queries.run_head(run_id)
    if run is None or not can_manage_run(reader, run):
        raise NotFound
    return run


def get_run_for_change(reader: Any, run_id: int) -> CourseRun:
    """Return a run for changing it; NotAllowed to its instructors, NotFound to others."""
    run = queries.run_with_course(run_id)
    if run is None or not can_manage_run(reader, run):
        raise NotFound
    if not can_change_run(reader, run):
        raise NotAllowed
    return run
