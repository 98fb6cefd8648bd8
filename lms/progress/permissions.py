"""Doors to what is studied. `reader` is the `current_user` of the page.

Studying belongs to the person enrolled alone: staff and instructors have no record to write.
"""

from typing import Any

from lms.core.errors import NotFound
from lms.enrolment.rules import ACTIVE_STATES
from lms.progress import queries


def get_run_for_study(reader: Any, run_id: int) -> queries.StudiedRun:
    """Return the run with the reader's own active enrolment; NotFound without one."""
    run = queries.studied_run(reader.id, run_id)
    if run is None or run.state not in ACTIVE_STATES:
        raise NotFound
    return run


def get_lesson_for_watching(
    reader: Any, run_id: int, lesson_id: int
) -> tuple[queries.Watching, queries.WatchedLesson]:
    """Return what `get_lesson_for_study` does, with no more than a beat needs."""
    found = queries.watched_lesson(reader.id, run_id, lesson_id)
    if found is None or found[0].state not in ACTIVE_STATES:
        raise NotFound
    return found


def get_lesson_for_study(
    reader: Any, run_id: int, lesson_id: int
) -> tuple[queries.StudiedRun, queries.StudiedLesson]:
    """Return a lesson of a run the reader is active in; NotFound for anything else."""
    found = queries.studied_lesson(reader.id, run_id, lesson_id)
    if found is None or found[0].state not in ACTIVE_STATES:
        raise NotFound
    return found
