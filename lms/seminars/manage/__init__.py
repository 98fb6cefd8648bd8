"""Pages for those who plan and hold sittings."""

from lms.seminars.manage import holidays, reports, slots  # noqa: F401 - they add their pages to bp
from lms.seminars.manage.pages import bp

__all__ = ["bp"]
