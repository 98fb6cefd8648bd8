"""Taking a sitting to its next state from its page, which may be older than what it has become."""

from datetime import datetime

from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.core.db import db, lock
from lms.core.errors import Conflict
from lms.enrolment.models import CourseRun
from lms.seminars.models import Sitting, SittingState
from lms.seminars.services.sittings import cancel, postpone, schedule


def take_step(
    sitting: Sitting,
    step: SittingState,
    *,
    revision: int,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """Announce, postpone or cancel a sitting as it was at `revision`; twice is harmless.

    Raises Conflict when somebody has changed it since: nobody announces a time they have not
    seen. Raises Conflict and Invalid as the step itself does.
    """
    if step == SittingState.SCHEDULED:
        lock(db.session.get_one(CourseRun, sitting.run_id))  # before its sitting, see `schedule`
    lock(sitting)
    if sitting.state != step and sitting.revision != revision:
        raise Conflict(_("Somebody has changed this session meanwhile."))
    if step == SittingState.SCHEDULED:
        schedule(sitting, actor=actor, now=now)
    elif step == SittingState.POSTPONED:
        postpone(sitting, reason=reason, actor=actor, now=now)
    elif step == SittingState.CANCELLED:
        cancel(sitting, reason=reason, actor=actor, now=now)
    else:
        raise Conflict(_("This step does not fit the session's present state."))
