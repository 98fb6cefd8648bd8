"""Boards opened, described, closed."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.boards.models import Audience, Board, BoardKind, Moderation
from lms.boards.rules.managing import (
    OPENED_BY_STAFF,
    Fault,
    becomes_public,
    fault_of_readers,
    fault_of_writers,
)
from lms.core.audit import record_change
from lms.core.db import db, lock
from lms.core.errors import Invalid
from lms.core.revisions import change_row
from lms.core.text import TextInLanguages
from lms.enrolment.events import RunStateChanged
from lms.enrolment.models import RunState

ENTITY = "board"


@dataclass(frozen=True)
class BoardContent:
    """What staff say of a board. `is_public_meant` is their tick that anybody may read it."""

    title: TextInLanguages | None
    description: TextInLanguages | None
    position: int
    readable_by: Audience
    writable_by: Audience
    moderation: Moderation
    is_closed: bool = False
    is_public_meant: bool = False


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


def open_board(
    kind: BoardKind,
    content: BoardContent,
    *,
    actor: Person,
    now: datetime,
    curriculum_id: int | None = None,
    city_id: int | None = None,
) -> Board:
    """Open a board of a curriculum or a city, or another one of the whole site.

    Raises Invalid on `curriculum` or `city` where there is one already or none was named, on
    `title` for a further board of the site without a title of its own, and for readers and writers
    such a board cannot have.
    """
    if kind not in OPENED_BY_STAFF:
        raise Invalid("kind", _("A course run is given its board when it is approved."))
    _check_audiences(kind, content, before=None)
    if kind == BoardKind.CURRICULUM and curriculum_id is None:
        raise Invalid("curriculum", _("Choose the curriculum."))
    if kind == BoardKind.CITY and city_id is None:
        raise Invalid("city", _("Choose the city."))
    if kind not in {BoardKind.CURRICULUM, BoardKind.CITY}:
        _check_title(content.title)
    board = Board(
        kind=kind,
        position=content.position,
        title=content.title,
        description=content.description,
        curriculum_id=curriculum_id if kind == BoardKind.CURRICULUM else None,
        city_id=city_id if kind == BoardKind.CITY else None,
        readable_by=content.readable_by,
        writable_by=content.writable_by,
        moderation=content.moderation,
        closed_at=now if content.is_closed else None,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(board)
    except IntegrityError as error:
        field = "curriculum" if kind == BoardKind.CURRICULUM else "city"
        raise Invalid(field, _("There is a board of this already.")) from error
    for name, value in _settings(board).items():
        _note(board, "", f"{name} {value}", actor, now)
    return board


def _check_title(title: TextInLanguages | None) -> None:
    """Ask for a title no other board has; who opens one at the same time waits for this one."""
    if title is None:
        raise Invalid("title", _("Give the board a title, to tell it from the others."))
    lock(db.session.scalars(select(Board).order_by(Board.id).limit(1)).one())
    titles = db.session.scalars(select(Board.title).where(Board.title.is_not(None)))
    if any(other is not None and other.texts == title.texts for other in titles):
        raise Invalid("title", _("There is a board with this title already."))


def change_board(
    board: Board, content: BoardContent, *, revision: int, actor: Person, now: datetime
) -> bool:
    """Change what is said of a board, and who reads and writes there; False when somebody else
    was quicker than the form of `revision`.

    Who may no longer read it, reads nothing of it from the next page, search or feed on.
    """
    lock(board)
    _check_audiences(BoardKind(board.kind), content, before=Audience(board.readable_by))
    before, count = _settings(board), board.revision
    is_saved = change_row(
        board,
        {
            "title": content.title,
            "description": content.description,
            "position": content.position,
            "readable_by": content.readable_by,
            "writable_by": content.writable_by,
            "moderation": content.moderation,
            "closed_at": (board.closed_at or now) if content.is_closed else None,
        },
        revision=revision,
    )
    if board.revision == count:
        return is_saved
    after = _settings(board)
    changed = [name for name in after if before[name] != after[name]]
    for name in changed:
        _note(board, f"{name} {before[name]}", f"{name} {after[name]}", actor, now)
    if not changed:
        _note(board, "", "described", actor, now)
    return True


def _check_audiences(kind: BoardKind, content: BoardContent, *, before: Audience | None) -> None:
    fault = fault_of_readers(kind, content.readable_by)
    if fault is not None:
        raise Invalid("readable_by", _words_of(fault))
    fault = fault_of_writers(kind, content.readable_by, content.writable_by)
    if fault is not None:
        raise Invalid("writable_by", _words_of(fault))
    if becomes_public(before, content.readable_by) and not content.is_public_meant:
        raise Invalid(
            "is_public_meant", _("Tick that everybody on the internet may read names and posts.")
        )


def _words_of(fault: Fault) -> str:
    return {
        Fault.RUN_IS_CLOSED: lambda: _("The board of a course run is for its people only."),
        Fault.CITY_IS_OPEN: lambda: _(
            "Everybody says themselves where they work, so the board of a city cannot be for its "
            "people alone."
        ),
        Fault.NO_MEMBERS: lambda: _("A board of the whole site has no members of its own."),
        Fault.NOTICES_BY_STAFF: lambda: _("Notices are written by the staff."),
        Fault.NOBODY_UNKNOWN: lambda: _("Only people who have signed in can write."),
        Fault.WRITERS_READ: lambda: _("Who writes here must be able to read here."),
    }[fault]()


def _settings(board: Board) -> dict[str, str]:
    """Return what is recorded one by one when it changes, in words of the audit."""
    return {
        "read by": str(board.readable_by),
        "written by": str(board.writable_by),
        "moderation": str(board.moderation),
        "state": "open" if board.closed_at is None else "closed",
    }


def _note(board: Board, old: str, new: str, actor: Person, now: datetime) -> None:
    record_change(ENTITY, board.id, old=old, new=new, actor_id=actor.id, now=now)
