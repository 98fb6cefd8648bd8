"""Pages of boards, threads and posts, and of what people write to each other."""

from lms.boards.views import (  # noqa: F401 - they add their pages to bp
    boards,
    changing,
    composing,
    expertise,
    feeds,
    files,
    history,
    marks,
    messages,
    mine,
    readings,
    reporting,
    search,
    threads,
    translating,
)
from lms.boards.views.pages import bp

__all__ = ["bp"]
