"""Who hears what, and which jobs exist. The one place where facts go up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import lms.accounts.tasks
import lms.boards.tasks
import lms.certificates.tasks
import lms.core.access_log
import lms.core.audit
import lms.courses.models
import lms.enrolment.models
import lms.lessons.models
import lms.lessons.tasks
import lms.media.models
import lms.notifications.models
import lms.notifications.tasks
import lms.organisations.models
import lms.progress.models
import lms.seminars.models
import lms.seminars.tasks  # noqa: F401 - tables and jobs are known once imported
from lms.accounts import queries as accounts
from lms.accounts.events import (
    MailLinkMade,
    PasswordChanged,
    PersonZoneChanged,
    SignUpRepeated,
)
from lms.boards.services import boards, version
from lms.boards.services.telling import told_no_more
from lms.certificates import services as certificates
from lms.core import events
from lms.courses.events import VersionBegun
from lms.enrolment.events import PersonEnrolled, RunStateChanged
from lms.jobs import schedule
from lms.lessons import services as lessons
from lms.lessons.events import HeldRecordingReady
from lms.lessons.services import files
from lms.notifications import queries as inbox
from lms.notifications import services as notifications
from lms.progress import services as progress
from lms.progress.events import CourseCompleted
from lms.progress.services import attendance as attended
from lms.seminars.events import AttendanceSettled, OutageCertified
from lms.seminars.models import SittingMedia
from lms.seminars.services import recordings, reminders, sittings

HANDLERS: Mapping[type, Sequence[Callable[[Any], object]]] = {
    MailLinkMade: (notifications.send_link_mail,),
    SignUpRepeated: (notifications.send_already_registered_mail,),
    PasswordChanged: (notifications.send_password_changed_mail,),
    PersonZoneChanged: (reminders.ask_to_remind_again,),
    VersionBegun: (lessons.copy_lessons,),
    PersonEnrolled: (progress.open_progress,),
    RunStateChanged: (sittings.call_off_with_run, boards.open_board_of_run),
    HeldRecordingReady: (recordings.take_recording,),
    AttendanceSettled: (attended.take_attendance,),
    OutageCertified: (attended.allow_more_made_up,),
    CourseCompleted: (certificates.issue_for_completion,),
}

# Jobs done again and again, and how many hours after the last time.
PERIODIC: Mapping[str, int] = {
    "purge_uploads": 1,
    "purge_notices": 24,
    "send_digests": 1,
    "purge_guests": 24,
    "boards.escalate_questions": 24,
    "boards.tidy_drafts": 1,
}


def init() -> None:
    """Put the tables in force."""
    events.wire(HANDLERS)
    schedule.plan(PERIODIC)
    accounts.count_unread(inbox.unread_of_person())
    files.keep_what_stands_in(SittingMedia.storage_key)
    notifications.check_before_digest(told_no_more)
    version.watch()
