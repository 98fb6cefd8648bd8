"""Notices as sentences, in the language of the page and on its reader's clocks."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from jinja2 import TemplateNotFound
from markupsafe import Markup, escape

from lms.notifications.models import Notice
from lms.notifications.rules import revived


def words_of(notice: Notice) -> Markup:
    """Return what a notice says, made by the template of its kind.

    An inbox holds notices for longer than a release lasts: a kind that is no more has no words.
    """
    package, name = notice.kind.split(".")
    context: dict[str, Any] = revived(notice.context)
    try:
        return Markup(render_template(f"{package}/notices/{name}.html", **context))
    except TemplateNotFound:
        return escape(_("This notification is from an earlier version of the site."))
