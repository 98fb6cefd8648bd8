"""Pages of those who come to sittings: timetables, the page of a session, its room."""

from lms.seminars.views import timetable  # noqa: F401 - they add their pages to bp
from lms.seminars.views.pages import bp

__all__ = ["bp"]
