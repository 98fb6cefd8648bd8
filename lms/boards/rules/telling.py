"""Who is told of a post, and why: each person once, for the strongest reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.boards.models import CASE_PARTS, BoardKind
from lms.boards.rules.access import is_of_site
from lms.boards.rules.excerpts import without_marks

EXCERPT_LENGTH = 200
# What of a text is looked at for its beginning, whatever marks it is full of.
_LOOKED_AT = 4000


class Reason(StrEnum):
    """Why somebody is told of a post, the strongest first."""

    MENTIONED = "mentioned"
    TO_POST = "to_post"  # it speaks to what they wrote
    IN_THREAD = "in_thread"  # it stands in their thread
    NOTICE = "notice"
    NEW_THREAD = "new_thread"
    NEW_POST = "new_post"


@dataclass(frozen=True)
class PostFacts:
    """What decides whom a post concerns."""

    number: int
    thread_author_id: int
    answered_author_id: int | None
    mentioned: frozenset[int]


@dataclass(frozen=True)
class Hearer:
    """What somebody has to do with a post: what they follow, and whether a notice is for them."""

    person_id: int
    follows_thread: bool
    follows_board: bool
    is_addressed: bool


def reason_to_tell(post: PostFacts, hearer: Hearer) -> Reason | None:
    """Return why somebody is told of a post; None when it does not concern them."""
    if hearer.person_id in post.mentioned:
        return Reason.MENTIONED
    if post.number == 1:
        if hearer.is_addressed:
            return Reason.NOTICE
        return Reason.NEW_THREAD if hearer.follows_board else None
    if hearer.person_id == post.answered_author_id:
        return Reason.TO_POST
    if hearer.person_id == post.thread_author_id:
        return Reason.IN_THREAD
    return Reason.NEW_POST if hearer.follows_thread else None


def tells_its_people(board: BoardKind) -> bool:
    """Tell whether a notice on a board is told to all it is for, not to its followers alone.

    That of the foundation's own board, and of a board that belongs to some people.
    """
    return board == BoardKind.NOTICES or not is_of_site(board)


def beginning(body: str, parts: Mapping[str, str] | None, length: int = EXCERPT_LENGTH) -> str:
    """Return how the words of a post begin, without marks, in `length` characters at the most."""
    said = [(parts or {}).get(name, "") for name in CASE_PARTS] + [body]
    words = without_marks("\n\n".join(part for part in said if part)[:_LOOKED_AT])
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    whole = cut.rsplit(" ", 1)[0]
    return (whole if len(whole) > length // 2 else cut).rstrip() + "…"
