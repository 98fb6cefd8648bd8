"""Doors to what is studied. `reader` is the `current_user` of the page.

Studying belongs to the person enrolled alone: staff and instructors have no record to write.
"""

from datetime import datetime
from typing import Any

from lms.core.errors import NotFound
from lms.enrolment.rules import ACTIVE_STATES
from lms.progress import queries
from lms.progress.queries.catch_up import CatchingUp, catching_up
from lms.seminars.rules.presence import OVER


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


def get_sitting_for_catch_up(reader: Any, sitting_id: int, now: datetime) -> CatchingUp:
    """Return a session that was held, with what the reader missed of it and has made up since.

    Whether there is a recording to watch, the page tells. NotFound without an active enrolment in
    its run, and before it is over.
    """
    found = catching_up(reader.id, sitting_id)
    if found is None or not found.is_active or found.recording.sitting.phase(now) not in OVER:
        raise NotFound
    return found
