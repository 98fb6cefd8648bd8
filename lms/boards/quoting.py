"""How an answer to a certain post begins: whom it speaks to, and their words."""

from lms.boards import queries
from lms.boards.models import PostState
from lms.boards.permissions import ThreadView
from lms.boards.queries.composing import display_name_of
from lms.web.markdown_quotes import quote


def beginning_of_answer(place: ThreadView, number: int, *, quotes: bool) -> str | None:
    """Return the words an answer to a post of a thread begins with; None where there is no such
    post for all to see."""
    post = queries.post_numbered(place.thread.id, number)
    if post is None or post.state != PostState.PUBLISHED:
        return None
    name = display_name_of(post.author_id)
    if not quotes:
        return quote("", name, post.author_id)
    text = queries.original_of(post.id)
    said = text.body or "\n\n".join((text.parts or {}).values())
    return quote(said, name, post.author_id)
