"""Which kinds of threads a board takes."""

from lms.boards.models import BoardKind, ThreadKind

_TALK = (ThreadKind.QUESTION, ThreadKind.CASE, ThreadKind.DISCUSSION)


def kinds_on(board: BoardKind, *, moderates: bool) -> tuple[ThreadKind, ...]:
    """Return the kinds of threads somebody may begin on a board, the most fitting first.

    Notices are written by those who moderate, and on the board of notices there is nothing else.
    """
    if board == BoardKind.NOTICES:
        return (ThreadKind.NOTICE,)
    first = {
        BoardKind.GOOD_PRACTICE: ThreadKind.CASE,
        BoardKind.IDEAS: ThreadKind.DISCUSSION,
        BoardKind.MATERIALS: ThreadKind.DISCUSSION,
    }.get(board, ThreadKind.QUESTION)
    kinds = (first, *(kind for kind in _TALK if kind != first))
    return (*kinds, ThreadKind.NOTICE) if moderates else kinds
