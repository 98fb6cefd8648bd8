"""Boards opened, described, closed."""

from sqlalchemy import select

from lms.boards.models import Audience, Board, BoardKind
from lms.core.db import db
from lms.enrolment.events import RunStateChanged
from lms.enrolment.models import RunState


def open_board_of_run(event: RunStateChanged) -> None:
    """Give a run its board once it is approved (DOMAIN 3.6); it keeps it whatever comes."""
    if event.new == RunState.DRAFT:
        return
    present = select(Board.id).where(Board.run_id == event.run_id)
    if db.session.scalar(present) is not None:
        return
    db.session.add(
        Board(
            kind=BoardKind.RUN,
            run_id=event.run_id,
            readable_by=Audience.MEMBERS,
            writable_by=Audience.MEMBERS,
            created_at=event.at,
        )
    )
    db.session.flush()
