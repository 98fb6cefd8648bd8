"""Who can be let read and write on which kind of board."""

from enum import StrEnum

from lms.boards.models import Audience, BoardKind
from lms.boards.rules.access import is_of_site

# Staff open these; a run is given its own.
OPENED_BY_STAFF = tuple(kind for kind in BoardKind if kind != BoardKind.RUN)

_FROM_FEW_TO_ALL = (Audience.STAFF, Audience.MEMBERS, Audience.SIGNED_IN, Audience.EVERYBODY)


class Fault(StrEnum):
    """What is wrong with who reads or writes on a board."""

    RUN_IS_CLOSED = "run_is_closed"
    CITY_IS_OPEN = "city_is_open"
    NO_MEMBERS = "no_members"
    NOTICES_BY_STAFF = "notices_by_staff"
    NOBODY_UNKNOWN = "nobody_unknown"
    WRITERS_READ = "writers_read"


def fault_of_readers(kind: BoardKind, readers: Audience) -> Fault | None:
    """Return why a kind of board cannot be read by some people, or None."""
    if kind == BoardKind.RUN and readers not in {Audience.MEMBERS, Audience.STAFF}:
        return Fault.RUN_IS_CLOSED
    if readers != Audience.MEMBERS:
        return None
    if kind == BoardKind.CITY:
        return Fault.CITY_IS_OPEN
    return Fault.NO_MEMBERS if is_of_site(kind) else None


def fault_of_writers(kind: BoardKind, readers: Audience, writers: Audience) -> Fault | None:
    """Return why some people cannot write on a kind of board with these readers, or None."""
    if kind == BoardKind.NOTICES and writers != Audience.STAFF:
        return Fault.NOTICES_BY_STAFF
    if writers == Audience.EVERYBODY:
        return Fault.NOBODY_UNKNOWN
    if writers == Audience.MEMBERS and is_of_site(kind):
        return Fault.NO_MEMBERS
    if _FROM_FEW_TO_ALL.index(writers) > _FROM_FEW_TO_ALL.index(readers):
        return Fault.WRITERS_READ
    return None


def becomes_public(before: Audience | None, after: Audience) -> bool:
    """Tell whether names and posts become visible to anybody; `before` is None for a new board."""
    return after == Audience.EVERYBODY and before != Audience.EVERYBODY
