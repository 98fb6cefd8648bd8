"""Pages of those who make courses: the list, a new one, what it says, who teaches; curricula.

The outline of a course is edited in `lessons`.
"""

from lms.courses.manage import courses, curricula  # noqa: F401 - they add their pages to bp
from lms.courses.manage.pages import bp

__all__ = ["bp"]
