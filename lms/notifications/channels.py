"""Mail: three templates of a kind, in the receiver's language, through the configured server."""

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, render_template, url_for
from flask_babel import force_locale
from flask_mailman import EmailMultiAlternatives, Mail

from lms.i18n.formats import set_content_preferences
from lms.i18n.languages import BY_CODE, DEFAULT, content_preferences
from lms.i18n.times import BUSAN, Zone, is_zone
from lms.notifications.rules import Attachment, revived
from lms.notifications.wording import path_of, words_of
from lms.web.addresses import absolute_url


def init_app(app: Flask) -> None:
    """Open the mail channel named by MAIL_BACKEND; digests say what notices say."""
    Mail(app)
    app.jinja_env.globals.update(notice_words=words_of, notice_path=path_of)


def deliver_mail(
    kind: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    attachments: Sequence[Attachment] = (),
    stop: str = "",
) -> None:
    """Render the mail and hand it to the mail server (or, in development, to a file)."""
    message = render_mail(kind, to=to, language=language, context=context, stop=stop)
    for file in attachments:
        message.attach(file["name"], file["text"], file["mimetype"])
    if current_app.config["MAIL_FOLDER"]:
        _write(message, Path(current_app.config["MAIL_FOLDER"]))
    message.send()


def render_mail(
    kind: str, *, to: str, language: str, context: dict[str, Any], stop: str = ""
) -> EmailMultiAlternatives:
    """Return the mail in the receiver's language; links lead to BASE_URL.

    With a token in `stop`, its foot and its headers say how to have no more such mails.
    """
    page_language = language if language in BY_CODE else DEFAULT
    context = revived(context)
    package, name = kind.split(".")
    folder = f"{package}/emails/{name}"
    with (
        current_app.test_request_context(base_url=current_app.config["BASE_URL"]),
        force_locale(BY_CODE[page_language].locale),
    ):
        g.page_language = page_language
        set_content_preferences(content_preferences())  # not those of the mail before this one
        zone = context.get("zone", "")
        g.zone = Zone(zone if is_zone(zone) else BUSAN, is_guess=False)
        context |= _ways_out(stop)
        # One line whatever a name in it holds: a subject must not be able to add a header.
        subject = re.sub(r"\s+", " ", render_template(f"{folder}/subject.txt", **context)).strip()
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_template(f"{folder}/body.txt", **context) + _foot(context),
            from_email=current_app.config["MAIL_DEFAULT_SENDER"],
            to=[to],
            headers=_headers(context),
        )
        message.attach_alternative(render_template(f"{folder}/body.html", **context), "text/html")
    return message


def _ways_out(stop: str) -> dict[str, str]:
    """Return the addresses under a mail whose receiver can choose not to get it."""
    if not stop:
        return {}
    return {
        "stop_url": absolute_url(url_for("notifications.unsubscribe", token=stop)),
        "choices_url": absolute_url(url_for("notifications.edit_choices")),
    }


def _foot(context: dict[str, Any]) -> str:
    """Return the foot of a plain text; the layout of marked-up mails has its own."""
    return render_template("layouts/email_foot.txt", **context) if "stop_url" in context else ""


def _headers(context: dict[str, Any]) -> dict[str, str]:
    """Let mail programs offer to stop such mails by one click (RFC 8058)."""
    if "stop_url" not in context:
        return {}
    return {
        "List-Unsubscribe": f"<{context['stop_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _write(message: EmailMultiAlternatives, folder: Path) -> None:
    """Keep a copy a developer can open; the newest sorts last."""
    folder.mkdir(parents=True, exist_ok=True)
    count = len(list(folder.glob("*.eml")))
    name = f"{count + 1:05}-{secrets.token_hex(3)}.eml"
    (folder / name).write_bytes(message.message().as_bytes())
