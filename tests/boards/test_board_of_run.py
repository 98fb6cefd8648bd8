"""A run has its board from its approval on, and keeps it."""

import pytest
from sqlalchemy import select

from lms.boards.models import Audience, Board
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import CourseRun, RunState
from lms.enrolment.services import change_run_state
from tests.factories.accounts import make_person
from tests.factories.boards import make_thread
from tests.factories.enrolment import make_enrolment, make_run


@pytest.fixture
def run(app):
    return make_run(state="draft", seats_taken=1)


def step(run, new, **values):
    with unit_of_work():
        change_run_state(
            db.session.get_one(CourseRun, run.id), new, actor=None, now=clock.now(), **values
        )


def boards_of(run) -> list[Board]:
    return list(db.session.scalars(select(Board).where(Board.run_id == run.id)))


def test_a_run_gets_one_board_when_it_is_approved(run):
    assert boards_of(run) == []
    step(run, RunState.APPROVED)
    [board] = boards_of(run)
    assert (board.readable_by, board.writable_by) == (Audience.MEMBERS, Audience.MEMBERS)
    assert board.closed_at is None
    step(run, RunState.CANCELLED, reason="The port is closed.")
    assert [each.id for each in boards_of(run)] == [board.id]


def test_its_people_write_there_and_after_a_cancellation_they_read(run, signed_in_as):
    step(run, RunState.APPROVED)
    [board] = boards_of(run)
    member, other = make_person(), make_person()
    make_enrolment(run, member)
    browser, stranger = signed_in_as(member), signed_in_as(other)
    assert browser.get(f"/en/boards/{board.id}/new/question").status_code == 200
    thread = make_thread(board, member)
    step(run, RunState.CANCELLED, reason="The port is closed.")
    assert browser.get(f"/en/threads/{thread.id}").status_code == 200
    assert browser.get(f"/en/boards/{board.id}/new/question").status_code == 409
    for path in (f"/en/boards/{board.id}", f"/en/threads/{thread.id}", f"/en/runs/{run.id}/board"):
        assert stranger.get(path).status_code == 404
    assert browser.get(f"/en/runs/{run.id}/board").location.endswith(f"/boards/{board.id}")
