"""Ask for a message to be sent."""

from typing import Any

from lms.jobs.queue import enqueue


def send_mail(
    kind: str, *, to: str, language: str, context: dict[str, Any], key: str | None = None
) -> None:
    """Have a mail sent once the open unit of work has committed.

    `kind` is "package.name", the folder of its three templates; `language` a page language;
    `context` plain values for the templates. It is kept only until the mail has left.
    """
    enqueue("notifications.mail", key=key, mail=kind, to=to, language=language, context=context)
