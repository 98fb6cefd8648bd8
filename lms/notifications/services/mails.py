"""Have mails sent once what causes them is certain; and those that accounts need."""

from collections.abc import Sequence
from typing import Any

from lms.accounts.events import MailLinkMade, PasswordChanged, SignUpRepeated
from lms.accounts.models import LinkKind
from lms.jobs.queue import enqueue
from lms.notifications.rules import Attachment


def send_mail(
    kind: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    key: str | None = None,
    attachments: Sequence[Attachment] = (),
    stop: str = "",
) -> None:
    """Have a mail sent once the open unit of work has committed.

    `kind` is "package.name", the folder of its three templates; `language` a page language;
    `context` plain values for the templates: names that end in `_at` hold moments in ISO form,
    `zone` the receiver's time zone. It and the attachments are kept only until the mail has left.
    Who may read of it on the site as well is told by `notify`.
    With a token in `stop`, the mail says how to have no more of its like.
    """
    enqueue(
        "notifications.mail",
        key=key,
        mail=kind,
        to=to,
        language=language,
        context=context,
        attachments=list(attachments),
        stop=stop,
    )


def send_link_mail(event: MailLinkMade) -> None:
    """Mail a one-time link to the person it was made for."""
    context = {
        "full_name": event.full_name,
        "token": event.token,
        "next_path": event.next_path,
        "expires_at": event.expires_at.isoformat(),
        "zone": event.zone,
    }
    to, language = event.email, event.language
    if event.kind == LinkKind.CONFIRM_EMAIL:
        send_mail("accounts.confirm_email", to=to, language=language, context=context)
    else:
        send_mail("accounts.reset_password", to=to, language=language, context=context)


def send_already_registered_mail(event: SignUpRepeated) -> None:
    """Tell the owner of an account that somebody signed up with its address."""
    send_mail(
        "accounts.already_registered",
        to=event.email,
        language=event.language,
        context={"full_name": event.full_name},
    )


def send_password_changed_mail(event: PasswordChanged) -> None:
    """Tell a person that their password was replaced, in case it was not them."""
    send_mail(
        "accounts.password_changed",
        to=event.email,
        language=event.language,
        context={
            "full_name": event.full_name,
            "changed_at": event.at.isoformat(),
            "zone": event.zone,
        },
    )
