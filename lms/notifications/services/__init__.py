"""Writes on notices, on how people want to be told of them, and on mails."""

from lms.notifications.services.choices import resume_mails, save_choices, stop_mails
from lms.notifications.services.digests import (
    check_before_digest,
    no_longer_told,
    people_due,
    send_digest,
)
from lms.notifications.services.mails import (
    send_already_registered_mail,
    send_link_mail,
    send_mail,
    send_password_changed_mail,
)
from lms.notifications.services.notices import (
    mark_all_read,
    mark_read,
    notify,
    notify_all,
    purge_notices,
)

__all__ = [
    "check_before_digest",
    "mark_all_read",
    "mark_read",
    "no_longer_told",
    "notify",
    "notify_all",
    "people_due",
    "purge_notices",
    "resume_mails",
    "save_choices",
    "send_already_registered_mail",
    "send_digest",
    "send_link_mail",
    "send_mail",
    "send_password_changed_mail",
    "stop_mails",
]
