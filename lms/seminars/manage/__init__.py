"""Pages for those who plan and hold sittings."""

from lms.seminars.manage.pages import bp

__all__ = ["bp"]
