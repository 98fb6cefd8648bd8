"""Pages of those who come to sittings: timetables, the page of a session, its room."""

from lms.seminars.views import (  # noqa: F401 - they add their pages to bp
    evaluations,
    feeds,
    guests,
    joining,
    mails,
    outages,
    recordings,
    sitting,
    timetable,
)
from lms.seminars.views.pages import bp

__all__ = ["bp"]
