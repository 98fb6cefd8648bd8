"""Pages for those who plan and hold sittings."""

from lms.seminars.manage import (  # noqa: F401 - they add their pages to bp
    day_items,
    evaluations,
    head_counts,
    holders,
    holidays,
    planning,
    reports,
    sittings,
    slots,
)
from lms.seminars.manage.pages import bp

__all__ = ["bp"]
