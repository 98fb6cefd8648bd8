"""Pages for those who moderate boards and answer for the staff."""

from lms.boards.manage import (  # noqa: F401 - they add their pages to bp
    boards,
    contributions,
    message_reports,
    moderation,
    notices,
    questions,
    readings,
    threads,
    words,
)
from lms.boards.manage.pages import bp

__all__ = ["bp"]
