"""Doors to what people know, and to posts that go on into courses. `reader` is `current_user`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.boards.models import Thread
from lms.boards.permissions import (
    PostView,
    ThreadView,
    get_post_for_marking,
    get_post_for_moderating,
    get_post_for_reading,
    get_thread_for_moderating,
)
from lms.boards.queries.boards import BoardHead
from lms.boards.queries.contributions import enrolment_in_run
from lms.boards.queries.expertise import ShownPerson, shown_person
from lms.boards.queries.readings import teaches_any_course
from lms.core.errors import NotAllowed, NotFound
from lms.enrolment.models import Enrolment


def get_person_for_viewing(person_id: int) -> ShownPerson:
    """Return somebody who shows what they know to all who have signed in.

    NotFound for who does not, as for who is not there: staff too see no page they did not open.
    """
    person = shown_person(person_id)
    if person is None:
        raise NotFound
    return person


# --- contributions ---------------------------------------------------------------------


@dataclass(frozen=True)
class RunThread:
    """A thread on the board of a run, to those who moderate there."""

    view: ThreadView
    run_id: int

    @property
    def board(self) -> BoardHead:
        """Return the board of the run."""
        return self.view.board

    @property
    def thread(self) -> Thread:
        """Return the thread."""
        return self.view.thread


def get_thread_for_task(reader: Any, thread_id: int, now: datetime) -> RunThread:
    """Return a thread of a run's board to staff and the run's instructors.

    Raises NotAllowed to others who may read it; NotFound on the boards of no run, which have no
    sessions.
    """
    view = get_thread_for_moderating(reader, thread_id, now)
    if view.board.run_id is None:
        raise NotFound
    return RunThread(view, view.board.run_id)


def get_contributor(
    reader: Any, thread_id: int, enrolment_id: int, now: datetime
) -> tuple[RunThread, Enrolment]:
    """Return a thread as `get_thread_for_task` does, and somebody's enrolment in its run."""
    found = get_thread_for_task(reader, thread_id, now)
    enrolment = enrolment_in_run(enrolment_id, found.run_id)
    if enrolment is None:
        raise NotFound
    return found, enrolment


def get_post_for_counting(reader: Any, post_id: int, now: datetime) -> tuple[PostView, int]:
    """Return a post on the board of a run, and the run, to staff and the run's instructors."""
    view = get_post_for_moderating(reader, post_id, now)
    if view.board.run_id is None:
        raise NotFound
    return view, view.board.run_id


# --- readings --------------------------------------------------------------------------


def get_post_for_course(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return a post that is seen by all, to staff and to who teaches a course.

    Raises NotAllowed to others who may read it. Into which courses it can go, their drafts say.
    """
    view = get_post_for_marking(reader, post_id, now)
    if not (reader.is_staff or teaches_any_course(reader.id)):
        raise NotAllowed
    return view


def get_own_post(reader: Any, post_id: int, now: datetime) -> PostView:
    """Return the reader's own post, to agree to what is done with it; NotAllowed to others."""
    view = get_post_for_reading(reader, post_id, now)
    if not view.is_author:
        raise NotAllowed
    return view
