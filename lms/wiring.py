"""Who hears what, and which jobs exist. The one place where facts go up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import lms.certificates.models
import lms.core.access_log
import lms.core.audit
import lms.courses.models
import lms.enrolment.models
import lms.lessons.models
import lms.notifications.tasks
import lms.organisations.models
import lms.progress.models  # noqa: F401 - tables and jobs are known once imported
from lms.core import events
from lms.enrolment.events import PersonEnrolled
from lms.progress import services as progress

HANDLERS: Mapping[type, Sequence[Callable[[Any], object]]] = {
    PersonEnrolled: (progress.open_progress,),
}


def init() -> None:
    """Put the table in force."""
    events.wire(HANDLERS)
