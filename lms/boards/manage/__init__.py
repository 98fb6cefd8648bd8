"""Pages for those who moderate boards and answer for the staff."""

from lms.boards.manage.pages import bp

__all__ = ["bp"]
