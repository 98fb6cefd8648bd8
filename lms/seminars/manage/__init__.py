"""Pages for those who plan and hold sittings."""

from lms.seminars.manage import (  # noqa: F401 - they add their pages to bp
    attendance,
    day_items,
    evaluations,
    head_counts,
    holders,
    holidays,
    planning,
    questions,
    recordings,
    reports,
    sheet,
    sittings,
    slots,
    verdicts,
)
from lms.seminars.manage.pages import bp

__all__ = ["bp"]
