"""Work on sent files after the request: looked at, made into what people are served, purged."""

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import job
from lms.lessons.services import intakes


@job("purge_uploads")
def purge_uploads() -> None:
    """Take away what was never sent to the end, and what came to nothing long ago."""
    with unit_of_work():
        intakes.tidy_intakes(clock.now())
